"""Files from strangers are read in processes of their own, which can be killed when one hangs."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from engine.errors import Busy, NotReady
from engine.worker_process import prepare_worker

T = TypeVar("T")

START_ALLOWANCE_S = 60.0
"""Longest that workers may take to start, on top of a file's own time."""


class WorkerCrashed(Exception):
    """The process that read the file died; another has taken its place."""


class WorkerPool:
    """Runs functions on files in a pool of processes, which starts with the first file.

    Pictures, documents and text in pictures share one pool, so that together they never take more
    than `workers` processors. What nobody waits for leaves one worker free, where there are two:
    a picture that someone searches by does not wait for a long document.

    Args:
        workers: processes, and so files read at the same time.
        max_waiting: files waiting for a worker before `Busy`.
    """

    def __init__(self, *, workers: int, max_waiting: int = 512) -> None:
        self._workers = workers
        self._max_waiting = max_waiting
        self._waiting = 0
        self._turn = asyncio.Semaphore(workers)
        self._background_turn = asyncio.Semaphore(max(1, workers - 1))
        self._starting = asyncio.Lock()
        self._pool: ProcessPool | None = None
        self._scratch: Path | None = None
        self._numbers = itertools.count()
        self._answers: set[asyncio.Future[Any]] = set()
        self._closed = False

    async def run(
        self,
        function: Callable[..., T],
        *arguments: object,
        timeout_s: float,
        in_background: bool = False,
    ) -> T:
        """Calls an importable function in a worker; when the caller is cancelled, kills it.

        Args:
            function: what to call; its module is imported by the worker, so it should be light.
            arguments: what to call it with; they are pickled.
            timeout_s: after this long in the worker, the call is given up and the worker killed.
            in_background: nobody waits for it.

        Raises:
            TimeoutError: it took too long.
            WorkerCrashed: it took its worker down.
            Busy: too many files wait already.
            NotReady: the workers do not start, or the pool is closed.
        """
        async with AsyncExitStack() as turns:
            await self._take_turn(turns, in_background)
            pool = await self._started()
            job: ProcessFuture[T] = pool.schedule(function, arguments, timeout=timeout_s)
            try:
                return await self._answer(job, timeout_s)
            finally:
                # When the caller has gone, pebble ends the worker that still works for it.
                job.cancel()  # type: ignore[no-untyped-call]

    @asynccontextmanager
    async def scratch_file(self) -> AsyncIterator[Path]:
        """A new path for a result that is too large for a pipe; removed at the end.

        Raises:
            NotReady: the pool is closed.
        """
        async with self._starting:
            self._check_open()
            if self._scratch is None:
                self._scratch = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="magpie-"))
        path = self._scratch / str(next(self._numbers))
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    async def release(self) -> None:
        """Lets the workers go, where none of them reads anything; the next file starts them."""
        async with self._starting:
            if not self._answers:
                await self._drop_pool()

    async def close(self) -> None:
        """Stops the workers; what they still read fails with NotReady."""
        self._closed = True
        async with self._starting:  # whoever had it before has scheduled its file by now
            for answer in list(self._answers):
                answer.cancel()
            await self._drop_pool()
            if self._scratch is not None:
                await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    def _check_open(self) -> None:
        if self._closed:
            raise NotReady("The engine is closing and reads no more files.")

    async def _take_turn(self, turns: AsyncExitStack, in_background: bool) -> None:
        if self._waiting >= self._max_waiting:
            raise Busy(f"{self._waiting} files wait to be read already.", retry_after_s=1.0)
        self._waiting += 1
        try:
            if in_background:
                await turns.enter_async_context(self._background_turn)
            await turns.enter_async_context(self._turn)
        finally:
            self._waiting -= 1

    async def _started(self) -> ProcessPool:
        """The pool; one that has broken is replaced."""
        async with self._starting:
            self._check_open()
            if self._pool is None or not self._pool.active:
                await self._drop_pool()
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    initializer=prepare_worker,
                    context=multiprocessing.get_context("spawn"),
                )
                await asyncio.to_thread(getattr, self._pool, "active")  # asking starts it
            return self._pool

    async def _drop_pool(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(pool.join)

    async def _answer(self, job: ProcessFuture[T], timeout_s: float) -> T:
        answer = asyncio.wrap_future(job)
        self._answers.add(answer)
        answer.add_done_callback(self._answers.discard)
        done, _ = await asyncio.wait([answer], timeout=timeout_s + START_ALLOWANCE_S)
        if not done:
            answer.cancel()
            raise NotReady("The processes that read files do not start.")
        try:
            return answer.result()
        except asyncio.CancelledError:
            raise NotReady("The engine closed before the file was read.") from None
        except ProcessExpired as error:
            raise WorkerCrashed(f"exit code {error.exitcode}") from error
        except BrokenProcessPool as error:
            raise NotReady(
                "The processes that read files had to be restarted; send the file again.",
                retry_after_s=1.0,
            ) from error
