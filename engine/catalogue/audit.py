"""The audit: who did what, when, to how much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from engine.catalogue.database import Database
from engine.catalogue.models import AuditRow
from engine.errors import BadRequest
from engine.schemas import AuditAction, AuditEntry, AuditPage

KEPT_FOR = timedelta(days=365)
"""How long an entry is kept: it names people, so it goes as well in the end."""


class AuditRepository:
    """Adds entries and pages through them; nothing changes one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, row: AuditRow) -> None:
        """Writes an entry about something that is done already."""
        async with self._database.writing() as session:
            session.add(row)

    async def page(
        self, library_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> AuditPage:
        """One page of a library's entries, newest first; the cursor is the last entry's number.

        Raises:
            BadRequest: the cursor is no number.
        """
        statement = select(AuditRow).where(AuditRow.library_id == library_id)
        if cursor is not None:
            if not cursor.isdecimal():
                raise BadRequest("The page cursor is not one of ours. Start again without one.")
            statement = statement.where(AuditRow.entry_id < int(cursor))
        statement = statement.order_by(AuditRow.entry_id.desc()).limit(limit + 1)
        async with self._database.reading() as session:
            rows = (await session.scalars(statement)).all()
        return AuditPage(
            entries=[_entry_of(row) for row in rows[:limit]],
            next_cursor=str(rows[limit - 1].entry_id) if len(rows) > limit else None,
        )

    async def purge(self, *, now: datetime) -> None:
        """Deletes the entries that are older than `KEPT_FOR`."""
        async with self._database.writing() as session:
            await session.execute(delete(AuditRow).where(AuditRow.at < now - KEPT_FOR))


def audit_row(
    library_id: str,
    action: AuditAction,
    *,
    actor_id: str | None,
    person_id: str | None = None,
    channel_id: str | None = None,
    amount: int = 0,
) -> AuditRow:
    """A new entry, made now; see `engine.schemas.AuditEntry`."""
    return AuditRow(
        library_id=library_id,
        at=datetime.now(UTC),
        action=action,
        actor_id=actor_id,
        person_id=person_id,
        channel_id=channel_id,
        amount=amount,
    )


def _entry_of(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        at=row.at,
        action=row.action,
        actor_id=row.actor_id,
        person_id=row.person_id,
        channel_id=row.channel_id,
        amount=row.amount,
    )
