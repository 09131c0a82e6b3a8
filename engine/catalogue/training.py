"""Whether models may learn from a library's labels: off until an administrator says so."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.catalogue.audit import audit_row
from engine.catalogue.database import Database
from engine.catalogue.label_models import TrainingRow
from engine.schemas import AuditAction, Training, TrainingUpdate


class TrainingRepository:
    """Keeps the training switch of each library. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, library_id: str) -> Training:
        """The switch of a library."""
        async with self._database.reading() as session:
            row = await session.get(TrainingRow, library_id)
            return Training(enabled=row is not None and row.enabled)

    async def put(self, library_id: str, update: TrainingUpdate) -> Training:
        """Sets the switch, with an entry in the audit when that changes it."""
        async with self._database.writing() as session:
            row = await session.get(TrainingRow, library_id)
            if row is None:
                row = TrainingRow(library_id=library_id, enabled=False)
                session.add(row)
            if row.enabled != update.enabled:
                action = AuditAction.ALLOWED_TRAINING if update.enabled else AuditAction.NO_TRAINING
                session.add(audit_row(library_id, action, actor_id=update.asked_by))
            row.enabled = update.enabled
            row.changed_at = datetime.now(UTC)
        return Training(enabled=update.enabled)
