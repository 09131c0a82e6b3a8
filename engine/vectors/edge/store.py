"""The embedded index: one process, kept alive, and the collections it has open."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import TypeVar

from engine.errors import EngineError, NotReady
from engine.vectors.edge.commands import Activate, Begin, Command, Drop, Generations, Open, Reopen
from engine.vectors.edge.index import EdgeIndex
from engine.vectors.edge.process import WorkerProcess
from engine.vectors.spec import CollectionSpec

Answer = TypeVar("Answer")

RESTART_DELAYS_S = (0.0, 0.5, 2.0, 8.0, 30.0, 60.0)
"""Waits before one restart after another; the last one is kept, as a full disk may be mended."""

STABLE_AFTER_S = 60.0
"""A process that has lived this long is forgiven its earlier deaths."""

_log = logging.getLogger(__name__)


class EdgeVectorStore:
    """`VectorStore` on Qdrant Edge.

    The process starts with the first `open`. When it dies, what waits on it fails with `NotReady`
    and it is started again, with the same collections open.
    """

    def __init__(
        self, folder: Path, *, flush_every_s: float = 1.0, lock_timeout_s: float = 5.0
    ) -> None:
        """Prepares a store; nothing is read or started yet.

        Args:
            folder: of all collections; made when absent.
            flush_every_s: how long a write may wait until a power cut cannot lose it.
            lock_timeout_s: how long to wait for an engine that is still closing the folder.
        """
        self._folder = folder
        self._flush_every_s = flush_every_s
        self._lock_timeout_s = lock_timeout_s
        self._indexes: dict[str, EdgeIndex] = {}
        self._worker: WorkerProcess | None = None
        self._restart: asyncio.Task[None] | None = None
        self._restarts = 0
        self._started_at = 0.0
        self._opening = asyncio.Lock()

    @property
    def alive(self) -> bool:
        """Whether the process runs and has every collection open."""
        return self._worker is not None

    @property
    def worker_pid(self) -> int | None:
        """The process's id while it runs."""
        return None if self._worker is None else self._worker.pid

    async def open(self, spec: CollectionSpec) -> EdgeIndex:
        """Opens the generation of a fingerprint and makes it the active one.

        Raises:
            Conflict: another engine has the folder open.
            EncoderMismatch: all generations of that name belong to other fingerprints.
            NotReady: the process cannot be started.
            StorageFailed: the folder cannot be read or written.
        """
        async with self._opening:
            if self._worker is None and self._restart is None:
                self._worker = await self._start()
            await self._call(Open(spec.key, spec))
            return self._indexes.setdefault(spec.key, EdgeIndex(spec, self._call))

    async def begin_generation(self, spec: CollectionSpec) -> EdgeIndex:
        """Opens a generation beside the active one, to be filled.

        Raises:
            NotReady: the process does not run.
            StorageFailed: there is no room for it.
        """
        await self._call(Begin(spec.key, spec))
        return self._indexes.setdefault(spec.key, EdgeIndex(spec, self._call))

    async def generations(self, name: str) -> list[CollectionSpec]:
        """What the generations of a name were born with, open or not."""
        return await self._call(Generations(name))

    async def activate(self, spec: CollectionSpec) -> None:
        """Makes a generation that was begun the active one."""
        await self._call(Activate(spec.key, spec))

    async def drop(self, spec: CollectionSpec) -> None:
        """Deletes a generation and frees its disk.

        Raises:
            Conflict: it is the active one.
        """
        self._indexes.pop(spec.key, None)
        await self._call(Drop(spec.key, spec))

    async def close(self) -> None:
        """Syncs and closes every collection and ends the process."""
        if self._restart is not None:
            self._restart.cancel()
            await asyncio.wait([self._restart])
            self._restart = None
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.stop()
        self._indexes.clear()

    async def _call(self, command: Command[Answer]) -> Answer:
        if self._worker is None:
            raise NotReady(
                "The vector index is not running; it is being started again if it can be.",
                retry_after_s=2,
            )
        return await self._worker.call(command)

    async def _start(self) -> WorkerProcess:
        self._started_at = time.monotonic()
        return await WorkerProcess.start(
            self._folder,
            flush_every_s=self._flush_every_s,
            lock_timeout_s=self._lock_timeout_s,
            on_death=self._on_death,
        )

    async def _start_with_collections(self) -> WorkerProcess:
        worker = await self._start()
        try:
            for index in self._indexes.values():
                await worker.call(Reopen(index.spec.key, index.spec))
        except BaseException:
            await worker.stop()
            raise
        return worker

    def _on_death(self) -> None:
        dead, self._worker = self._worker, None
        _log.error("The vector index's process %s has died", dead and dead.pid)
        if time.monotonic() - self._started_at > STABLE_AFTER_S:
            self._restarts = 0
        if self._restart is None or self._restart.done():
            self._restart = asyncio.create_task(self._start_again(dead))

    async def _start_again(self, dead: WorkerProcess | None) -> None:
        if dead is not None:
            await dead.stop()
        while self._worker is None:
            await asyncio.sleep(RESTART_DELAYS_S[min(self._restarts, len(RESTART_DELAYS_S) - 1)])
            self._restarts += 1
            try:
                self._worker = await self._start_with_collections()
            except EngineError as error:
                _log.warning("The vector index cannot be started again: %s", error.detail)
        _log.info("The vector index runs again as process %s", self.worker_pid)
