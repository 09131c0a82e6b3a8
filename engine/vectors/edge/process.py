"""The engine's end of the index's process: requests in flight, and what its death does to them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import engine
from engine.errors import NotReady
from engine.vectors.edge.commands import Command
from engine.vectors.edge.frames import READY, Reply, Request, read_frame, write_frame

Answer = TypeVar("Answer")

START_TIMEOUT_S = 60.0
"""Longest wait for the process to run and hold its folder; it takes half a second."""

STOP_TIMEOUT_S = 20.0
"""Longest wait for the process to sync and close before it is killed; its log keeps all writes."""


class WorkerProcess:
    """One run of the process; once dead it stays dead.

    Requests are written by a thread of their own and answers read by another, so that neither a
    full pipe nor a large message holds up the event loop. Answers come in the order of requests.
    """

    def __init__(self, process: subprocess.Popen[bytes], on_death: Callable[[], None]) -> None:
        self._process = process
        self._on_death = on_death
        self._loop = asyncio.get_running_loop()
        self._numbers = count(1)
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._pending: dict[int, asyncio.Future[Any]] = {READY: self._ready}
        self._started = False
        self._dead = False
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="vectors-writer")
        self._reader = threading.Thread(target=self._read, name="vectors-reader", daemon=True)
        self._reader.start()

    @classmethod
    async def start(
        cls,
        folder: Path,
        *,
        flush_every_s: float,
        lock_timeout_s: float,
        on_death: Callable[[], None],
    ) -> WorkerProcess:
        """Starts the process and waits until it holds the folder.

        Args:
            folder: of all collections.
            flush_every_s: how long a write may wait to be synced.
            lock_timeout_s: how long to wait for another process to let go of the folder.
            on_death: called on the event loop when the process, once started, ends unasked.

        Raises:
            Conflict: another engine has the folder open.
            NotReady: the process cannot be started, or ended at once.
        """
        settings = [str(folder), str(flush_every_s), str(lock_timeout_s)]
        try:
            process = await asyncio.to_thread(_spawn, settings)
        except OSError as error:
            raise NotReady(f"The vector index cannot be started: {error}.") from error
        worker = cls(process, on_death)
        try:
            await worker._become_ready()
        except BaseException:
            await worker.stop()
            raise
        return worker

    async def _become_ready(self) -> None:
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await self._ready
        except TimeoutError as error:
            raise NotReady("The vector index does not start; see the engine's log.") from error
        if self._dead:
            raise _died()
        self._started = True

    @property
    def pid(self) -> int:
        """The operating system's id of the process."""
        return self._process.pid

    async def call(self, command: Command[Answer]) -> Answer:
        """Sends a command and waits for its answer.

        Raises:
            NotReady: the process has died, or does not answer; a write may have happened or not.
            StorageFailed: Qdrant Edge refused it.
            ValueError: the command cannot be carried out as it is.
        """
        if self._dead:
            raise _died()
        number = next(self._numbers)
        answer = self._pending[number] = self._loop.create_future()
        try:
            async with asyncio.timeout(command.timeout_s):
                request = Request(number, command)
                await self._loop.run_in_executor(self._writer, self._write, request)
                return cast("Answer", await answer)
        except TimeoutError as error:
            raise NotReady(
                f"The vector index has not answered for {command.timeout_s:.0f} s; try again.",
                retry_after_s=5,
            ) from error
        finally:
            del self._pending[number]

    async def stop(self) -> None:
        """Lets the process sync, close and end."""
        self._dead = True
        await asyncio.to_thread(self._stop)
        self._fail_pending()

    def _write(self, request: Request) -> None:
        with suppress(BrokenPipeError):  # the end of the answers tells everyone who waits
            write_frame(self._stdin, request)

    def _end_of_requests(self) -> None:
        with suppress(BrokenPipeError):
            self._stdin.close()

    def _read(self) -> None:
        stdout = cast("BinaryIO", self._process.stdout)
        try:
            while (reply := read_frame(stdout)) is not None:
                self._loop.call_soon_threadsafe(self._settle, reply)
            self._loop.call_soon_threadsafe(self._die)
        except RuntimeError:
            return  # the event loop is closed: nobody waits any more

    def _settle(self, reply: Reply) -> None:
        future = self._pending.get(reply.number)
        if future is None or future.done():
            return
        if reply.error is not None:
            future.set_exception(reply.error)
        else:
            future.set_result(reply.answer)

    def _die(self) -> None:
        stopped, self._dead = self._dead, True
        self._fail_pending()
        if self._started and not stopped:
            self._on_death()

    def _fail_pending(self) -> None:
        for future in self._pending.values():
            if not future.done():
                future.set_exception(_died())

    def _stop(self) -> None:
        self._writer.submit(self._end_of_requests)
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._writer.shutdown()
        self._reader.join()
        cast("BinaryIO", self._process.stdout).close()

    @property
    def _stdin(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)


def _spawn(settings: list[str]) -> subprocess.Popen[bytes]:
    """Starts a fresh interpreter: a fork would hang with an open shard."""
    source_root = str(Path(engine.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "engine.vectors.edge.worker", *settings],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": source_root},
    )


def _died() -> NotReady:
    return NotReady(
        "The vector index has just stopped and is being started again; what it had acknowledged "
        "is kept. Try again in a moment.",
        retry_after_s=1,
    )
