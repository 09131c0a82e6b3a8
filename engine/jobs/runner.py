"""Runs jobs: starts each one's child, follows it, and starts it again when it has crashed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum

import structlog
from pydantic import ValidationError

from engine.catalogue.job_runs import JobRunRepository
from engine.jobs.child_process import (
    CHILD,
    DONE,
    FAILED,
    TAKEN,
    ChildProcess,
    ending,
    last_words,
)
from engine.jobs.events import EventFile
from engine.jobs.folders import JobFolders
from engine.jobs.registering import Registrar
from engine.schemas import Comparison, JobState
from engine.training.run import RunFiles

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
"""How often a child is beaten for and its progress kept."""

MAX_CRASHES = 3
"""A job that has crashed more often would crash for ever."""

CANCELLED = "Cancelled while it ran; what it had reached is kept."

PAUSE_S = 1.0
"""Before the second start; twice as long before each further one."""


class RunEnd(StrEnum):
    """How a run ended; kept by the queue."""

    DONE = "done"
    FAILED = "failed"
    CRASHED = "crashed"
    NOT_WANTED = "not_wanted"
    BROKEN = "broken"


class Runner:
    """Runs jobs and settles them; one method for each step of the queue's workflow.

    Args:
        runs: the jobs' rows.
        registrar: of the models that come of them.
        folders: of runs.
        program: the command of a child.
    """

    def __init__(
        self,
        runs: JobRunRepository,
        registrar: Registrar,
        folders: JobFolders,
        program: Sequence[str] = CHILD,
    ) -> None:
        self._runs = runs
        self._registrar = registrar
        self._folders = folders
        self._program = program
        self._children: dict[str, ChildProcess | None] = {}
        self._closing = False

    @property
    def running(self) -> frozenset[str]:
        """The jobs that are being run here."""
        return frozenset(self._children)

    async def train(self, job_id: str) -> RunEnd:
        """Runs a job's child until it is done, or has crashed too often.

        Cancelled, it returns once the child has saved and ended. A job that was done already is
        done: a child that finds nothing left to do says so.
        """
        self._children[job_id] = None
        try:
            return await self._run(job_id)
        except Exception:
            log.exception("run_failed", job_id=job_id)
            return RunEnd.BROKEN
        finally:
            del self._children[job_id]

    async def settle(self, job_id: str, end: RunEnd) -> None:
        """Registers what a job has learnt, and writes how it ended. Twice does no harm."""
        if end is RunEnd.NOT_WANTED:
            return
        comparison = None
        if end is RunEnd.DONE:
            comparison = await asyncio.to_thread(_comparison, RunFiles(self._folders.run(job_id)))
        if comparison is not None:
            await self._registrar.register(job_id, comparison)
            await self._runs.end(job_id, JobState.SUCCEEDED, comparison=comparison)
        else:
            reason = await asyncio.to_thread(self._why, job_id, end)
            await self._runs.end(job_id, JobState.FAILED, reason=reason)
        log.info("job_ended", job_id=job_id, end=end)

    async def settle_cancelled(self, job_id: str) -> None:
        """Ends a job that was to be stopped; one that had finished by then keeps its result."""
        if RunFiles(self._folders.run(job_id)).result.is_file():
            await self.settle(job_id, RunEnd.DONE)
        else:
            await self._runs.end(job_id, JobState.CANCELLED, reason=CANCELLED)

    async def close(self) -> None:
        """Has what runs save and end; it waits then until another worker goes on with it."""
        self._closing = True
        for job_id, child in list(self._children.items()):
            if child is not None:
                await child.stop()
            await self._runs.lay_down(job_id)

    async def _run(self, job_id: str) -> RunEnd:
        crashes = await self._runs.begin(job_id)
        if crashes is None:
            return RunEnd.NOT_WANTED
        while crashes <= MAX_CRASHES:
            if crashes:
                await asyncio.sleep(PAUSE_S * 2 ** (crashes - 1))
            code = await self._run_child(job_id)
            if code == DONE:
                return RunEnd.DONE
            if code == FAILED:
                return RunEnd.FAILED
            if code == TAKEN:
                await asyncio.sleep(PAUSE_S)
                continue
            crashes = await self._runs.crashed(job_id)
            log.warning("child_crashed", job_id=job_id, ending=ending(code), crashes=crashes)
        return RunEnd.CRASHED

    async def _run_child(self, job_id: str) -> int:
        await self._unless_closing()
        folder = self._folders.run(job_id)
        child = await ChildProcess.start(self._program, folder)
        self._children[job_id] = child
        log.info("child_started", job_id=job_id, pid=child.pid)
        try:
            code = await self._follow(job_id, child)
        except asyncio.CancelledError:
            log.info("child_stopped", job_id=job_id, ending=ending(await child.stop()))
            raise
        await self._unless_closing()
        return code

    async def _unless_closing(self) -> None:
        if self._closing:
            await asyncio.Event().wait()  # a step that went on or returned would count as run

    async def _follow(self, job_id: str, child: ChildProcess) -> int:
        events = EventFile(RunFiles(self._folders.run(job_id)).events)
        code = None
        while code is None:
            child.beat()
            code = await child.ended(LOOK_EVERY_S)
            progress = await asyncio.to_thread(events.news)
            if progress is not None:
                await self._runs.report(job_id, progress)
        return code

    def _why(self, job_id: str, end: RunEnd) -> str:
        if end is RunEnd.FAILED:
            return f"The training failed: {last_words(self._folders.run(job_id))}"
        if end is RunEnd.CRASHED:
            return (
                f"The training process crashed {MAX_CRASHES + 1} times, so it was given up. What "
                f"it said last is in {self._folders.run(job_id).name}/output.log, in the data "
                "folder's runs."
            )
        return "The training could not be run; the worker's log has the details. Start it again."


def _comparison(files: RunFiles) -> Comparison | None:
    """The result; None when it cannot be read, which trying again does not change."""
    try:
        return Comparison.model_validate_json(files.result.read_bytes())
    except (OSError, ValidationError):
        log.exception("result_unreadable", file=str(files.result))
        return None
