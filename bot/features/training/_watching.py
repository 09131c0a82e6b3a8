"""Watching a job until it ends, across restarts of the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial

from bot.patience import patiently
from bot.settings import BotSettings
from engine.client import EngineClient
from engine.client.jobs_client import ENDS
from engine.schemas import Job


async def watched(engine: EngineClient, job_id: str, settings: BotSettings) -> AsyncIterator[Job]:
    """A job as it changes, at most every `progress_every_s`, and a last time when it has ended.

    Raises:
        EngineRefused: there is no such job any more.
    """
    shown: Job | None = None
    while True:
        job = await patiently(partial(_next_change, engine, job_id, shown), settings)
        if job is not None:
            yield job
            if job.state in ENDS:
                return
            shown = job
        await asyncio.sleep(settings.progress_every_s)


async def _next_change(engine: EngineClient, job_id: str, shown: Job | None) -> Job | None:
    """The job once it differs from what is shown; None when the engine ends the stream before.

    Each time a new stream, because a slow reader of one would be told what was long ago.
    """
    async with aclosing(engine.jobs.events(job_id)) as events:
        async for job in events:
            if job != shown:
                return job
    return None
