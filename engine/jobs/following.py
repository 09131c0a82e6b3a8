"""Follows a job for whoever watches it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from engine.catalogue.job_runs import ENDED
from engine.catalogue.jobs import JobRepository
from engine.schemas import Job

LOOK_EVERY_S = 1.0


async def changes(
    jobs: JobRepository, job_id: str, *, silence_s: float, until: asyncio.Event
) -> AsyncGenerator[Job | None, None]:
    """The job whenever it has changed, at most once a second, and a last time when it has ended.

    Its worker is another process, so its row is looked at.

    Args:
        jobs: where it is kept.
        job_id: of the job.
        silence_s: after so long without a change, None says that somebody still looks.
        until: ends this, too.
    """
    told: Job | None = None
    silent_s = 0.0
    while not until.is_set() and (job := await jobs.find(job_id)) is not None:
        if job != told:
            yield job
            told, silent_s = job, 0.0
        if job.state in ENDED:
            return
        if silent_s >= silence_s:
            yield None
            silent_s = 0.0
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY_S):
                await until.wait()
        silent_s += LOOK_EVERY_S
