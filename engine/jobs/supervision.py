"""The engine's end of the worker, which runs while there are jobs and ends with the engine."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog

import engine
from engine.catalogue.job_runs import JobRunRepository
from engine.errors import StorageFailed
from engine.jobs.child_process import SAVES_WITHIN_S, TAKEN
from engine.jobs.folders import JobFolders

log = structlog.get_logger(__name__)

WORKER: Sequence[str] = (sys.executable, "-P", "-m", "engine.jobs.worker")

LOOK_EVERY_S = 30.0
"""How soon a job is noticed that nobody has told of, such as one left from before."""

PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
IDLE = 0
STOPS_WITHIN_S = SAVES_WITHIN_S + 5.0


class WorkerSupervisor:
    """Starts the worker of the data folder when a job waits, and again when it has died.

    Args:
        runs: the jobs' rows.
        folders: the data folder.
        program: the command of a worker.
    """

    def __init__(
        self, runs: JobRunRepository, folders: JobFolders, program: Sequence[str] = WORKER
    ) -> None:
        self._runs = runs
        self._folders = folders
        self._program = program
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """Says that there is a job."""
        self._wanted.set()

    async def run(self) -> None:
        """Keeps a worker while there are jobs, until cancelled; then the worker stops in order."""
        pause_s = PAUSE_S
        while True:
            await self._until_wanted()
            started = asyncio.get_running_loop().time()
            code = await self._one_life()
            if code not in (IDLE, TAKEN):
                log.warning("worker_died", code=code)
            if asyncio.get_running_loop().time() - started > LONGEST_PAUSE_S:
                pause_s = PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _until_wanted(self) -> None:
        while not await self._jobs_wait():
            self._wanted.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wanted.wait()

    async def _jobs_wait(self) -> bool:
        try:
            return bool(await self._runs.open())
        except StorageFailed as error:
            log.warning("catalogue_away", reason=error.detail)
            return False

    async def _one_life(self) -> int:
        process = await self._start()
        log.info("worker_started", pid=process.pid)
        try:
            return await process.wait()
        finally:
            await _stopped(process)

    async def _start(self) -> asyncio.subprocess.Process:
        self._folders.logs.mkdir(parents=True, exist_ok=True)
        with (self._folders.logs / "worker.stderr").open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *(*self._program, "--data", str(self._folders.data)),
                *("--exit-with-parent", "--until-idle"),
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": str(Path(engine.__file__).parents[1])},
                start_new_session=True,
            )


async def _stopped(process: asyncio.subprocess.Process) -> None:
    """Lets go of a worker, which stops in order then, and gives it time for that."""
    if process.returncode is not None:
        return
    assert process.stdin is not None
    process.stdin.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(STOPS_WITHIN_S):
            await process.wait()
