"""Background tasks: references are kept, failures are logged, all end with the bot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class BackgroundTasks:
    """Starts tasks and cancels what is left when its ``async with`` block ends.

    The event loop holds tasks weakly: a task nobody refers to may vanish in the middle of its work.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Runs `work`; what it raises is logged under `name`."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("%s failed", task.get_name(), exc_info=error)


async def with_notice(
    work: Coroutine[Any, Any, Result],
    *,
    notice_after_s: float,
    notify: Callable[[], Awaitable[object]],
    give_up_after_s: float,
) -> Result:
    """Waits for `work` and tells the waiting person when it takes long.

    Raises:
        TimeoutError: it took longer than `give_up_after_s`; the work is cancelled.
    """
    task = asyncio.create_task(work)
    try:
        async with asyncio.timeout(give_up_after_s):
            done, _ = await asyncio.wait({task}, timeout=notice_after_s)
            if not done:
                await notify()
            return await task
    finally:
        task.cancel()
