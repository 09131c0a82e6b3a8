"""Bounded dynamic batching in front of one encoder: concurrent requests share forwards.

A request's inputs wait in a bounded queue. One asyncio task forms batches from it, a *prepare*
thread tokenises or preprocesses them, an *inference* thread runs the forward, so that preparing
one batch overlaps with the forward of the one before. The split into stages and the sorting by
length follow michaelfeil/infinity; unlike there, whatever goes wrong settles every caller:

- an input that fails, fails alone: a failed batch is halved and tried again down to one input,
  which is also what running out of memory needs;
- a worker that dies or hangs fails everyone who waits, and `alive` turns False for good.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from engine.encoders.ports import Features
from engine.encoders.stages import Stages
from engine.encoders.waiting import Row, Waiting, WaitingLine
from engine.errors import Busy, EngineError, NotReady

InputT = TypeVar("InputT")
T = TypeVar("T")
MOST_BATCHES_IN_FLIGHT = 2
"""One in the forward and one being prepared; more would only make requests wait unbatched."""

SPEED_SMOOTHING = 0.2
"""Weight of the newest batch in the moving average of seconds per input."""


@dataclass(frozen=True)
class BatchLimits:
    """Bounds of a batcher.

    Attributes:
        max_batch: most inputs in one forward.
        max_batch_wait_ms: how long a forward waits for company.
        max_queue: most inputs waiting before `Busy`.
        max_batch_cost: most tokens or pixels in one forward, padding included; an input that
            costs more by itself is encoded alone.
        stall_after_s: a stage that takes longer counts as hung.
    """

    max_batch: int = 32
    max_batch_wait_ms: float = 2.0
    max_queue: int = 512
    max_batch_cost: int = 32 * 512 * 512
    stall_after_s: float = 300.0


class _WorkerDied(Exception):
    """A stage ended in a way that no retry can answer."""


class Batcher(Generic[InputT]):
    """Shares the forwards of one encoder among concurrent callers. Lives on one event loop."""

    def __init__(self, name: str, stages: Stages[InputT, Any, Any], limits: BatchLimits) -> None:
        self._name = name
        self._stages = stages
        self._limits = limits
        self._pending = WaitingLine(stages.cost)
        self._unsettled: set[asyncio.Future[Row]] = set()
        self._in_flight = 0
        self._changed = asyncio.Event()
        self._closing = False
        self._death: str | None = None
        self._seconds_per_input = 0.0
        self._prepare = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-prepare")
        self._inference = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-inference")
        self._inference_turn = asyncio.Lock()
        self._worker: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """False once the worker has died; it does not come back."""
        return self._death is None

    @property
    def queue_length(self) -> int:
        """Inputs that wait for a forward."""
        return len(self._pending)

    def start(self) -> None:
        """Starts the worker on the running event loop."""
        self._worker = asyncio.create_task(self._work(), name=f"{self._name}-batcher")

    async def encode(self, items: Sequence[InputT]) -> Features:
        """Encodes inputs to float32 (N, D), as the stages make them, in the order given.

        More inputs than half the queue holds are passed on in slices, so that no single call
        can block the others.

        Raises:
            Busy: the queue is full; `retry_after_s` is estimated from the recent speed.
            NotReady: the worker has died or is closing.
            EngineError: this call's own input could not be encoded.
        """
        width = max(1, self._limits.max_queue // 2)
        rows: list[Row] = []
        for start in range(0, len(items), width):
            admitted = self._admit(items[start : start + width])
            try:
                rows += await asyncio.gather(*admitted)
            finally:
                for row in admitted:
                    row.cancel()
        return np.stack(rows)

    async def close(self, timeout_s: float = 10.0) -> None:
        """Finishes what waits, up to `timeout_s`, then stops; what is left then gets NotReady."""
        self._closing = True
        self._changed.set()
        if self._worker is not None:
            await asyncio.wait([self._worker], timeout=timeout_s)
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
        self._fail_everyone(f"The {self._name} encoder is closed.")
        self._prepare.shutdown(wait=False, cancel_futures=True)
        self._inference.shutdown(wait=False, cancel_futures=True)

    def _admit(self, items: Sequence[InputT]) -> list[asyncio.Future[Row]]:
        if self._death is not None:
            raise NotReady(self._death)
        if self._closing or self._worker is None:
            raise NotReady(f"The {self._name} encoder is not running.")
        if len(self._pending) + len(items) > self._limits.max_queue:
            raise Busy(
                f"The {self._name} encoder has {len(self._pending)} inputs waiting already.",
                retry_after_s=self._retry_after_s(),
            )
        rows = self._pending.add(items)
        for row in rows:
            self._unsettled.add(row)
            row.add_done_callback(self._unsettled.discard)
        self._changed.set()
        return rows

    def _retry_after_s(self) -> float:
        drained_s = len(self._pending) * self._seconds_per_input
        return float(np.clip(drained_s, 0.05, 60.0))

    async def _work(self) -> None:
        try:
            async with asyncio.TaskGroup() as batches:
                while await self._batch_is_due():
                    batch = self._pending.take(self._limits.max_batch, self._limits.max_batch_cost)
                    if batch:
                        self._in_flight += 1
                        batches.create_task(self._process(batch))
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - the worker's edge: settles all who wait
            causes = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
            self._death = (
                f"The {self._name} encoder has stopped: {causes[0]}. Restart the engine; nothing "
                "stored is lost."
            )
            self._fail_everyone(self._death)

    async def _batch_is_due(self) -> bool:
        """Waits until a batch should be formed; False when closing and nothing is left.

        A full batch is formed while another is in the forward, so that it is prepared meanwhile.
        A smaller one waits for the forward to be free, as company may still come.
        """
        while True:
            if self._closing and not self._pending:
                return False
            full = len(self._pending) >= self._limits.max_batch
            if self._pending and self._in_flight < (MOST_BATCHES_IN_FLIGHT if full else 1):
                if not full and not self._closing:
                    await self._wait_for_company()
                return True
            self._changed.clear()
            await self._changed.wait()

    async def _wait_for_company(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.max_batch_wait_ms / 1000):
                while len(self._pending) < self._limits.max_batch and not self._closing:
                    self._changed.clear()
                    await self._changed.wait()

    async def _process(self, batch: list[Waiting[InputT]]) -> None:
        try:
            await self._settle(batch)
        finally:
            self._in_flight -= 1
            self._changed.set()

    async def _settle(self, batch: list[Waiting[InputT]]) -> None:
        """Gives each input of a batch its row, or its own error."""
        batch = [entry for entry in batch if not entry.row.done()]
        if not batch:
            return
        try:
            rows = await self._forward([entry.item for entry in batch])
        except _WorkerDied:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a model raises belongs to its inputs
            if len(batch) == 1:
                if not batch[0].row.done():
                    batch[0].row.set_exception(self._as_engine_error(error))
                return
            # The frames hold the failed forward's tensors; the halves need that memory.
            error.__traceback__ = None
        else:
            for entry, row in zip(batch, rows, strict=True):
                if not entry.row.done():
                    entry.row.set_result(row)
            return
        middle = math.ceil(len(batch) / 2)
        await self._settle(batch[:middle])
        await self._settle(batch[middle:])

    async def _forward(self, items: list[InputT]) -> Features:
        clock = asyncio.get_running_loop().time
        started_s = clock()
        prepared = await self._run(self._prepare, lambda: self._stages.encode_pre(items))
        prepare_s = clock() - started_s
        async with self._inference_turn:
            started_s = clock()
            rows = await self._run(
                self._inference,
                lambda: self._stages.encode_post(self._stages.encode_core(prepared)),
            )
        # The two stages overlap, so the slower one sets the pace.
        self._note_speed(max(prepare_s, clock() - started_s) / len(items))
        if len(rows) != len(items):
            raise EngineError(f"The encoder gave {len(rows)} rows for {len(items)} inputs.")
        return rows

    async def _run(self, thread: ThreadPoolExecutor, stage: Callable[[], T]) -> T:
        """Runs a stage on its thread.

        Raises:
            _WorkerDied: the thread cannot be used any more, or the stage hangs.
        """
        try:
            running = asyncio.get_running_loop().run_in_executor(thread, _contained, stage)
        except RuntimeError as error:
            raise _WorkerDied("its thread is gone") from error
        done, _ = await asyncio.wait([running], timeout=self._limits.stall_after_s)
        if not done:
            raise _WorkerDied(f"no answer for {self._limits.stall_after_s:.0f} s")
        return running.result()

    def _note_speed(self, seconds_per_input: float) -> None:
        before = self._seconds_per_input or seconds_per_input
        self._seconds_per_input = before + SPEED_SMOOTHING * (seconds_per_input - before)

    def _as_engine_error(self, error: Exception) -> EngineError:
        if isinstance(error, EngineError):
            return error
        wrapped = EngineError(
            f"The {self._name} encoder could not read this input "
            f"({type(error).__name__}: {error}); the others are not affected."
        )
        wrapped.__cause__ = error
        return wrapped

    def _fail_everyone(self, detail: str) -> None:
        self._pending.clear()
        for row in list(self._unsettled):
            if not row.done():
                row.set_exception(NotReady(detail))


def _contained(stage: Callable[[], T]) -> T:
    """Runs a stage; an exit or interrupt raised in it becomes the worker's death.

    asyncio would let `SystemExit` end the whole event loop.
    """
    try:
        return stage()
    except Exception:
        raise
    except BaseException as error:
        raise _WorkerDied(f"{type(error).__name__} in its thread") from error
