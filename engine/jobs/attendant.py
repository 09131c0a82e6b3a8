"""What a worker looks after beside running jobs: orders, cancellations, and dead workers."""

from __future__ import annotations

import asyncio
import math
import time
from datetime import timedelta

import structlog

from engine.catalogue import Catalogue
from engine.catalogue.job_runs import OpenJob
from engine.errors import StorageFailed
from engine.jobs.queue import JobQueue
from engine.jobs.runner import Runner
from engine.schemas import JobState

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.5
BEAT_EVERY_S = 5.0
DEAD_AFTER = timedelta(seconds=30)

GIVEN_UP = "The job could not be finished; the worker's log has the details. Start it again."


class Attendant:
    """Keeps queue and catalogue in step.

    Args:
        catalogue: whose rows are the orders.
        queue: where they go.
        runner: what runs now.
        worker_id: under which this worker's jobs stand in the queue.
    """

    def __init__(
        self, catalogue: Catalogue, queue: JobQueue, runner: Runner, worker_id: str
    ) -> None:
        self._runs = catalogue.job_runs
        self._workers = catalogue.job_workers
        self._queue = queue
        self._runner = runner
        self._worker_id = worker_id
        self._handed_over: set[str] = set()
        self._next_beat = 0.0

    async def run(self, *, until_idle_s: float = math.inf) -> None:
        """Looks after things until cancelled, or until there has been no job for so long."""
        busy_at = time.monotonic()
        while time.monotonic() - busy_at < until_idle_s:
            try:
                if await self._look():
                    busy_at = time.monotonic()
            except StorageFailed as error:
                log.warning("catalogue_away", reason=error.detail)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> bool:
        """Looks once, and answers whether there are jobs."""
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + BEAT_EVERY_S
            await self._beat()
        open_jobs = await self._runs.open()
        for job in open_jobs:
            if job.state is JobState.CANCELLING:
                await self._cancel(job.job_id)
            else:
                await self._hand_over(job)
        for forgotten in self._runner.running - {job.job_id for job in open_jobs}:
            await self._queue.cancel(forgotten)
        return bool(open_jobs)

    async def _hand_over(self, job: OpenJob) -> None:
        if job.job_id not in self._handed_over:
            if not await self._queue.hand_over(job.job_id, job.priority):
                await self._runs.end(job.job_id, JobState.FAILED, reason=GIVEN_UP)
            self._handed_over.add(job.job_id)

    async def _cancel(self, job_id: str) -> None:
        await self._queue.cancel(job_id)
        if job_id not in self._runner.running:
            await self._runner.settle_cancelled(job_id)

    async def _beat(self) -> None:
        await self._workers.beat(self._worker_id)
        for dead in await self._workers.silent_for(DEAD_AFTER):
            adopted = await self._queue.adopt(dead)
            await self._workers.remove(dead)
            log.warning("worker_dead", worker_id=dead, adopted=adopted)
