"""Training jobs as those who ask for them see them: ordered, listed, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.cursors import decode_cursor, encode_cursor
from engine.catalogue.database import Database
from engine.catalogue.job_models import JobRow
from engine.errors import Busy, Conflict, NotFound
from engine.schemas import Comparison, Job, JobPage, JobProgress, JobState, TrainingMethod

ASK_AGAIN_AFTER_S = 60.0


@dataclass(frozen=True)
class JobOrder:
    """What is to be run, all of it decided.

    Attributes:
        reason: why these methods, in words.
        snapshot: hash of what is learnt from.
        backbone: the network to learn with; empty: the one that serves.
    """

    job_id: str
    library_id: str
    labelset_id: str
    labelset_name: str
    methods: Sequence[TrainingMethod]
    seed: int
    snapshot: str
    reason: str = ""
    asked_by: str = ""
    channel_id: str = ""
    backbone: str = ""


class JobRepository:
    """Keeps jobs. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, job_id: str) -> Job | None:
        """A job, if there is one of this id."""
        async with self._database.reading() as session:
            row = await session.get(JobRow, job_id)
            return None if row is None else job_of(row)

    async def get(self, job_id: str) -> Job:
        """A job.

        Raises:
            NotFound: there is none of this id.
        """
        job = await self.find(job_id)
        if job is None:
            raise NotFound("There is no such job; its library may have been deleted.")
        return job

    async def order(self, order: JobOrder, *, max_waiting: int) -> Job:
        """Makes a job wait for a worker; the same id twice is one job.

        Raises:
            Busy: `max_waiting` jobs of the library wait already.
            Conflict: the id is that of a job for another label set.
        """
        async with self._database.writing() as session:
            row = await session.get(JobRow, order.job_id)
            if row is None:
                waiting = await _waiting(session, order.library_id)
                if waiting >= max_waiting:
                    raise Busy(
                        f"As many training jobs of this server wait as may ({max_waiting}). "
                        "Cancel one, or try again when one has started.",
                        retry_after_s=ASK_AGAIN_AFTER_S,
                    )
                row = _row_of(order, priority=waiting)
                session.add(row)
                await session.flush()
            elif row.labelset_id != order.labelset_id:
                raise Conflict("This Idempotency-Key was used for a job on another label set.")
            return job_of(row)

    async def page(self, library_id: str, *, cursor: str | None = None, limit: int = 20) -> JobPage:
        """One page of a library's jobs, newest first."""
        statement = select(JobRow).where(JobRow.library_id == library_id)
        if cursor is not None:
            order = tuple_(JobRow.created_at, JobRow.job_id)
            statement = statement.where(order < decode_cursor(cursor))
        statement = statement.order_by(JobRow.created_at.desc(), JobRow.job_id.desc())
        async with self._database.reading() as session:
            rows = (await session.scalars(statement.limit(limit + 1))).all()
        last = rows[limit - 1] if len(rows) > limit else None
        return JobPage(
            jobs=[job_of(row) for row in rows[:limit]],
            next_cursor=last and encode_cursor(last.created_at, last.job_id),
        )

    async def cancel(self, job_id: str) -> Job:
        """Ends a job that waits, and has one that runs stopped; one that has ended stays so.

        Raises:
            NotFound: there is none of this id.
        """
        async with self._database.writing() as session:
            row = await session.get(JobRow, job_id)
            if row is None:
                raise NotFound("There is no such job; its library may have been deleted.")
            if row.state is JobState.QUEUED:
                row.state, row.ended_at = JobState.CANCELLED, datetime.now(UTC)
                row.reason = "Cancelled before it started."
            elif row.state is JobState.RUNNING:
                row.state = JobState.CANCELLING
            return job_of(row)


def job_of(row: JobRow) -> Job:
    """What a row says."""
    return Job(
        job_id=row.job_id,
        library_id=row.library_id,
        labelset_id=row.labelset_id,
        labelset_name=row.labelset_name,
        methods=[TrainingMethod(name) for name in row.methods],
        backbone=row.backbone,
        seed=row.seed,
        state=row.state,
        reason=row.reason,
        asked_by=row.asked_by,
        channel_id=row.channel_id,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        crashes=row.crashes,
        progress=JobProgress.model_validate_json(row.progress),
        comparison=None
        if row.comparison is None
        else Comparison.model_validate_json(row.comparison),
    )


def _row_of(order: JobOrder, *, priority: int) -> JobRow:
    return JobRow(
        job_id=order.job_id,
        library_id=order.library_id,
        labelset_id=order.labelset_id,
        labelset_name=order.labelset_name,
        methods=[method.value for method in order.methods],
        backbone=order.backbone,
        seed=order.seed,
        snapshot=order.snapshot,
        asked_by=order.asked_by,
        channel_id=order.channel_id,
        priority=priority,
        state=JobState.QUEUED,
        reason=order.reason,
        created_at=datetime.now(UTC),
    )


async def _waiting(session: AsyncSession, library_id: str) -> int:
    statement = select(func.count()).where(
        JobRow.library_id == library_id, JobRow.state == JobState.QUEUED
    )
    return await session.scalar(statement) or 0
