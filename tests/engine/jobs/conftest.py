"""A worker process of one's own, and jobs for it whose child misbehaves as a test wishes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from engine.catalogue import Catalogue
from engine.catalogue.jobs import JobOrder
from engine.jobs.folders import JobFolders
from engine.schemas import Job, JobState, TrainingMethod

REACHED_WITHIN_S = 180.0
POLL_S = 0.05
PROGRAM = Path(__file__).with_name("worker.py")
ROOT = Path(__file__).parents[3]

Answer = TypeVar("Answer")


class WorkerProcess:
    """The worker of a data folder; each start is a new process."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._said = data / "worker.stderr"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, device: str = "auto") -> None:
        """Starts it, with this process as its parent.

        Args:
            device: workers of different devices are different to the queue.
        """
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, str(PROGRAM), "--data", str(self._data), "--exit-with-parent"],
                stdin=subprocess.PIPE,
                stderr=said,
                env={**os.environ, "PYTHONPATH": str(ROOT), "ENGINE_DEVICE": device},
            )

    @property
    def said(self) -> str:
        """What it has written to stderr."""
        return self._said.read_text()

    def kill(self) -> None:
        """Ends it with kill -9."""
        self._running.send_signal(signal.SIGKILL)
        self._end()

    def orphan(self) -> int:
        """Lets go of it, as a parent does that dies; answers its exit code."""
        return self._end()

    def close(self) -> None:
        """Ends it if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._end()

    def _end(self) -> int:
        assert self._running.stdin is not None
        self._running.stdin.close()
        return self._running.wait(timeout=60)

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process


class Jobs:
    """Jobs in a data folder, as their askers see them."""

    def __init__(self, folders: JobFolders, catalogue: Catalogue) -> None:
        self.folders = folders
        self.catalogue = catalogue

    async def order(
        self,
        job_id: str,
        *,
        library_id: str = "lib",
        steps: int = 3,
        step_s: float = 0.05,
        die_at: int | None = None,
        fails: bool = False,
        deaf: bool = False,
        finishes: bool = False,
    ) -> None:
        """Orders a job whose child has these manners."""
        folder = self.folders.run(job_id)
        folder.mkdir(parents=True, exist_ok=True)
        manners = {
            "steps": steps,
            "step_s": step_s,
            "die_at": die_at,
            "fails": fails,
            "deaf": deaf,
            "finishes": finishes,
        }
        (folder / "manners.json").write_text(json.dumps(manners))
        order = JobOrder(
            job_id=job_id,
            library_id=library_id,
            labelset_id="pets",
            labelset_name="Pets",
            methods=[TrainingMethod.PROBE],
            seed=0,
            snapshot="0" * 64,
        )
        await self.catalogue.jobs.order(order, max_waiting=10)

    def starts(self, job_id: str) -> list[tuple[int, int]]:
        """The process id of each start of the child, and the step it went on from."""
        path = self.folders.run(job_id) / "starts.txt"
        if not path.exists():
            return []
        lines = path.read_text().splitlines()
        return [(int(pid), int(step)) for pid, step in map(str.split, lines)]

    async def until(self, job_id: str, *states: JobState) -> Job:
        """Waits for a state."""

        async def reached() -> Job | None:
            job = await self.catalogue.jobs.get(job_id)
            return job if job.state in states else None

        return await until(reached)

    async def under_way(self, job_id: str, *, starts: int = 1) -> int:
        """Waits until so many children have started, and the last one has taken a step."""

        async def stepping() -> int | None:
            begun = self.starts(job_id)
            if len(begun) < starts:
                return None
            pid, first = begun[-1]
            checkpoint = self.folders.run(job_id) / "checkpoint.txt"
            return pid if checkpoint.exists() and int(checkpoint.read_text()) > first else None

        return await until(stepping)


async def until(reached: Callable[[], Awaitable[Answer | None]]) -> Answer:
    """Waits for what other processes do."""
    deadline = time.monotonic() + REACHED_WITHIN_S
    while (answer := await reached()) is None:
        assert time.monotonic() < deadline, "it did not get that far in time"
        await asyncio.sleep(POLL_S)
    return answer


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.fixture
async def jobs(tmp_path: Path) -> AsyncIterator[Jobs]:
    """No jobs yet, in a folder of the test's own."""
    folders = JobFolders(tmp_path)
    catalogue = await Catalogue.open(folders.catalogue)
    yield Jobs(folders, catalogue)
    await catalogue.close()


@pytest.fixture
def worker(jobs: Jobs) -> Iterator[WorkerProcess]:
    """The worker of that folder, not started yet."""
    process = WorkerProcess(jobs.folders.data)
    yield process
    process.close()
