"""Where stored models are asked: one process beside the engine, let go when nobody asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from engine.errors import Busy, LimitExceeded, NotReady
from engine.ingest.workers import WorkerCrashed, WorkerPool

T = TypeVar("T")

MOST_WAITING = 8
RETRY_AFTER_S = 10.0

KEPT_S = 60.0
"""Longer than between two questions of a person or a script; libraries take seconds to import, and
hundreds of megabytes for as long as the process is kept."""


class ExamRoom:
    """Asks one model at a time. The process dies with the engine, and with a caller who goes.

    Args:
        timeout_s: what takes longer is given up.
    """

    def __init__(self, *, timeout_s: float) -> None:
        self._pool = WorkerPool(workers=1, max_waiting=MOST_WAITING)
        self._timeout_s = timeout_s
        self._leaving: asyncio.Task[None] | None = None
        self._closed = False

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Calls an importable function.

        Raises:
            Busy: too many ask already.
            LimitExceeded: it took too long.
            NotReady: its process died, or the engine closes.
            EngineError: as the function raises them.
        """
        self._stay()
        try:
            return await self._pool.run(function, *arguments, timeout_s=self._timeout_s)
        except Busy:
            raise Busy(
                "Other models are being asked; try again in a moment.", retry_after_s=RETRY_AFTER_S
            ) from None
        except TimeoutError as error:
            raise LimitExceeded(
                f"The model took more than {self._timeout_s:g} s and was given up. Send fewer "
                "inputs, or raise ENGINE_ASSESS_TIMEOUT_S."
            ) from error
        except WorkerCrashed as error:
            raise NotReady(
                "The process in which models are asked died, perhaps for lack of memory; try "
                "again.",
                retry_after_s=1.0,
            ) from error
        finally:
            self._leave_later()

    async def close(self) -> None:
        """Stops the process."""
        self._closed = True
        self._stay()
        await self._pool.close()

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()

    def _leave_later(self) -> None:
        self._stay()
        if not self._closed:
            self._leaving = asyncio.create_task(self._leave(), name="let the exam room go")

    async def _leave(self) -> None:
        await asyncio.sleep(KEPT_S)
        await self._pool.release()
