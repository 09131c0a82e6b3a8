"""Whoever watches a job hears each change, hears that somebody is there, and is let go."""

from __future__ import annotations

import asyncio

from engine.jobs.following import changes
from engine.schemas import JobProgress, JobState
from tests.engine.jobs.conftest import Jobs


async def test_each_change_is_told_and_the_end_is_the_last(jobs: Jobs) -> None:
    """A progress bar would stand still, or never go away."""
    await jobs.order("j")
    heard = changes(jobs.catalogue.jobs, "j", silence_s=60, until=asyncio.Event())
    first = await anext(heard)
    await jobs.catalogue.job_runs.begin("j")
    await jobs.catalogue.job_runs.report("j", JobProgress(share=0.5))
    second = await anext(heard)
    await jobs.catalogue.job_runs.end("j", JobState.FAILED, reason="It broke.")
    rest = [job async for job in heard]
    told = [(job.state, job.progress.share) for job in (first, second, *rest) if job]
    assert told == [
        (JobState.QUEUED, 0.0),
        (JobState.RUNNING, 0.5),
        (JobState.FAILED, 0.5),
    ]


async def test_silence_is_broken_now_and_then(jobs: Jobs) -> None:
    """A proxy would cut the connection of everybody who waits for their turn."""
    await jobs.order("j")
    heard = changes(jobs.catalogue.jobs, "j", silence_s=0.5, until=asyncio.Event())
    assert await anext(heard) is not None
    assert await anext(heard) is None
    await heard.aclose()


async def test_watchers_are_let_go_when_the_engine_stops(jobs: Jobs) -> None:
    """Stopping the engine would wait for everybody who watches, and then kill it."""
    await jobs.order("j")
    closing = asyncio.Event()
    heard = changes(jobs.catalogue.jobs, "j", silence_s=60, until=closing)
    await anext(heard)
    closing.set()
    async with asyncio.timeout(5):
        assert [job async for job in heard] == []


async def test_a_forgotten_job_ends_its_stream(jobs: Jobs) -> None:
    """Watchers of a deleted library's job would wait for ever."""
    heard = changes(jobs.catalogue.jobs, "gone", silence_s=60, until=asyncio.Event())
    assert [job async for job in heard] == []
