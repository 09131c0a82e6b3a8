"""Running a command's coroutine so that a request to stop unwinds it in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import TypeVar

Answer = TypeVar("Answer")


def run(main: Coroutine[None, None, Answer]) -> Answer:
    """Runs `main`; SIGTERM and SIGHUP end it as Ctrl-C does.

    Raises:
        KeyboardInterrupt: it was asked to stop, and has cleaned up after itself.
    """
    with asyncio.Runner() as runner:
        return runner.run(_stoppable(main))


async def _stoppable(main: Coroutine[None, None, Answer]) -> Answer:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(main)
    stopped: list[int] = []

    def stop(number: int) -> None:
        stopped.append(number)
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        if stopped:
            raise KeyboardInterrupt from None
        raise
