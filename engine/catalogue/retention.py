"""How long libraries keep what is posted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from engine.catalogue.audit import audit_row
from engine.catalogue.database import Database
from engine.catalogue.keeping import cutoff
from engine.catalogue.models import RetentionRow
from engine.schemas import AuditAction, Retention


class RetentionRepository:
    """Keeps each library's limit, where it has one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, library_id: str) -> Retention:
        """A library's limit."""
        async with self._database.reading() as session:
            row = await session.get(RetentionRow, library_id)
            return Retention(days=None if row is None else row.days)

    async def put(
        self, library_id: str, retention: Retention, *, asked_by: str | None
    ) -> Retention:
        """Sets a library's limit, or with null days lifts it, and notes who wanted it."""
        async with self._database.writing() as session:
            await session.execute(delete(RetentionRow).where(RetentionRow.library_id == library_id))
            if retention.days is not None:
                session.add(RetentionRow(library_id=library_id, days=retention.days))
            session.add(
                audit_row(
                    library_id,
                    AuditAction.SET_RETENTION,
                    actor_id=asked_by,
                    amount=retention.days or 0,
                )
            )
            return Retention(days=retention.days)

    async def cutoffs(self, now: datetime) -> dict[str, datetime]:
        """The time before which posts have expired, by library; those without a limit are absent.

        One small row for each library that has a limit, so they are read at once.
        """
        async with self._database.reading() as session:
            rows = await session.scalars(select(RetentionRow))
            return {row.library_id: cutoff(row.days, now) for row in rows}
