"""The engine keeps a worker while there are jobs: a real one, really killed."""

from __future__ import annotations

import asyncio
import sys

import psutil

from engine.jobs.supervision import WorkerSupervisor
from engine.schemas import JobState
from tests.engine.jobs.conftest import PROGRAM, Jobs, alive


def _worker() -> psutil.Process:
    """The worker that this process has started."""
    [worker] = [
        each for each in psutil.Process().children() if str(PROGRAM) in " ".join(each.cmdline())
    ]
    return worker


async def test_a_worker_is_started_for_a_job_again_when_it_dies_and_ends_with_the_engine(
    jobs: Jobs,
) -> None:
    """Jobs would wait until somebody looks; or outlive the engine that people have stopped."""
    supervisor = WorkerSupervisor(
        jobs.catalogue.job_runs, jobs.folders, (sys.executable, str(PROGRAM))
    )
    supervising = asyncio.create_task(supervisor.run())
    await jobs.order("j", steps=60)
    supervisor.wake()
    await jobs.under_way("j")
    first = _worker()
    first.kill()
    await jobs.until("j", JobState.SUCCEEDED)
    second = _worker()
    assert first != second
    supervising.cancel()
    await asyncio.wait([supervising])
    assert not alive(second.pid)
