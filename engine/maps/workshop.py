"""Where maps are made: one process beside the engine, which is killed when it takes too long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.errors import Busy, LimitExceeded, NotReady
from engine.ingest.workers import WorkerCrashed, WorkerPool

T = TypeVar("T")

MOST_WAITING = 4
RETRY_AFTER_S = 20.0


class MapWorkshop:
    """Runs one step of one map at a time, so that searches keep the other processors.

    Args:
        timeout_s: a step that takes longer is given up.
    """

    def __init__(self, *, timeout_s: float) -> None:
        self._pool = WorkerPool(workers=1, max_waiting=MOST_WAITING)
        self._timeout_s = timeout_s

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Calls an importable function.

        Raises:
            Busy: too many steps wait already.
            LimitExceeded: it took too long.
            NotReady: its process died, or the engine closes.
        """
        try:
            return await self._pool.run(function, *arguments, timeout_s=self._timeout_s)
        except Busy:
            raise Busy(
                "Other maps are being drawn; try again in half a minute.",
                retry_after_s=RETRY_AFTER_S,
            ) from None
        except TimeoutError as error:
            raise LimitExceeded(
                f"The map took more than {self._timeout_s:g} s to make and was given up. Ask for "
                "one of fewer items."
            ) from error
        except WorkerCrashed as error:
            raise NotReady(
                "The process that draws maps died; try again.", retry_after_s=1.0
            ) from error

    async def close(self) -> None:
        """Stops the process."""
        await self._pool.close()
