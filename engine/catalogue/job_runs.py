"""Training jobs as the worker sees them: begun, going on, crashed, ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from engine.catalogue.database import Database
from engine.catalogue.job_models import JobRow
from engine.catalogue.models import ItemRow
from engine.schemas import Comparison, JobProgress, JobState

ITEMS_AT_ONCE = 500

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

    async def by_snapshot(self) -> Mapping[str, Sequence[str]]:
        """All jobs there are, ended or not, by the snapshot that they learn from."""
        found: dict[str, list[str]] = defaultdict(list)
        async with self._database.reading() as session:
            for snapshot, job_id in await session.execute(select(JobRow.snapshot, JobRow.job_id)):
                found[snapshot].append(job_id)
        return found

    async def still_there(self, contents: Mapping[str, str]) -> frozenset[str]:
        """The items that exist with the content that they had.

        Args:
            contents: sha256 by item id.
        """
        statement = select(ItemRow.item_id, ItemRow.sha256)
        item_ids = list(contents)
        found: set[str] = set()
        async with self._database.reading() as session:
            for start in range(0, len(item_ids), ITEMS_AT_ONCE):
                asked = item_ids[start : start + ITEMS_AT_ONCE]
                rows = await session.execute(statement.where(ItemRow.item_id.in_(asked)))
                found |= {item_id for item_id, sha in rows.tuples() if contents[item_id] == sha}
        return frozenset(found)

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
