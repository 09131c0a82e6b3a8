"""Training jobs as the worker sees them: begun, going on, crashed, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from engine.catalogue.database import Database
from engine.catalogue.job_models import JobRow
from engine.schemas import Comparison, JobProgress, JobState

ENDED = (JobState.CANCELLED, JobState.FAILED, JobState.SUCCEEDED)


@dataclass(frozen=True)
class OpenJob:
    """A job that has not ended."""

    job_id: str
    state: JobState
    priority: int


class JobRunRepository:
    """Keeps how jobs fare. Each method is one transaction.

    A job whose library is forgotten has no row any more: to a worker it is like a cancelled one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self) -> Sequence[OpenJob]:
        """The jobs that have not ended, in the order in which they were asked for."""
        statement = (
            select(JobRow.job_id, JobRow.state, JobRow.priority)
            .where(JobRow.state.not_in(ENDED))
            .order_by(JobRow.created_at, JobRow.priority)
        )
        async with self._database.reading() as session:
            return [OpenJob(*row) for row in (await session.execute(statement)).all()]

    async def snapshots(self) -> frozenset[str]:
        """The snapshots that jobs were made on."""
        async with self._database.reading() as session:
            return frozenset((await session.scalars(select(JobRow.snapshot).distinct())).all())

    async def job_ids(self) -> frozenset[str]:
        """All jobs there are, ended or not."""
        async with self._database.reading() as session:
            return frozenset((await session.scalars(select(JobRow.job_id))).all())

    async def begin(self, job_id: str) -> int | None:
        """Takes a job on, and answers how often it has crashed; None when it is not to be run.

        One that runs already does so in a process that died without a word: that is a crash, too.
        """
        async with self._database.writing() as session:
            row = await session.get(JobRow, job_id)
            if row is None or row.state not in (JobState.QUEUED, JobState.RUNNING):
                return None
            if row.state is JobState.RUNNING:
                row.crashes += 1
            row.state = JobState.RUNNING
            row.started_at = row.started_at or datetime.now(UTC)
            return row.crashes

    async def crashed(self, job_id: str) -> int:
        """Counts a crash, and answers how many there were."""
        async with self._database.writing() as session:
            row = await session.get(JobRow, job_id)
            if row is None:
                return 0
            row.crashes += 1
            return row.crashes

    async def report(self, job_id: str, progress: JobProgress) -> None:
        """Keeps what a job is doing."""
        async with self._database.writing() as session:
            row = await session.get(JobRow, job_id)
            if row is not None:
                row.progress = progress.model_dump_json()

    async def lay_down(self, job_id: str) -> None:
        """Has a job wait again, because its worker stops; what it has reached is kept."""
        async with self._database.writing() as session:
            row = await session.get(JobRow, job_id)
            if row is not None and row.state is JobState.RUNNING:
                row.state = JobState.QUEUED

    async def end(
        self,
        job_id: str,
        state: JobState,
        *,
        reason: str = "",
        comparison: Comparison | None = None,
    ) -> None:
        """Ends a job; the first end counts.

        Args:
            job_id: of the job.
            state: one of `ENDED`.
            reason: why, unless it went well.
            comparison: the result, where there is one.
        """
        async with self._database.writing() as session:
            row = await session.get(JobRow, job_id)
            if row is None or row.state in ENDED:
                return
            row.state, row.ended_at = state, datetime.now(UTC)
            row.reason = reason or row.reason
            row.comparison = None if comparison is None else comparison.model_dump_json()
