"""Which worker processes live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from engine.catalogue.database import Database
from engine.catalogue.job_models import WorkerRow


class WorkerRepository:
    """Keeps the heartbeat of each worker process. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beat(self, worker_id: str) -> None:
        """Notes that a worker lives."""
        async with self._database.writing() as session:
            await session.merge(WorkerRow(worker_id=worker_id, beat_at=datetime.now(UTC)))

    async def silent_for(self, at_least: timedelta) -> Sequence[str]:
        """The workers that have not been heard of for so long."""
        silent = WorkerRow.beat_at < datetime.now(UTC) - at_least
        async with self._database.reading() as session:
            return (await session.scalars(select(WorkerRow.worker_id).where(silent))).all()

    async def remove(self, worker_id: str) -> None:
        """Forgets a worker that has stopped, or whose jobs others have taken over."""
        async with self._database.writing() as session:
            await session.execute(delete(WorkerRow).where(WorkerRow.worker_id == worker_id))
