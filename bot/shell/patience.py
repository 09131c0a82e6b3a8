"""Calling the engine again while it is busy, loading or restarting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from engine.client import EngineAway, EngineBusy, EngineWarmingUp

Answer = TypeVar("Answer")

AWAY_AT_MOST_S = 90.0
BUSY_AT_MOST_S = 600.0
LOOK_AGAIN_AFTER_S = 0.5


async def patiently(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Repeats a call until it is answered or refused.

    Raises:
        EngineCallFailed: it was refused, or the engine stayed away, or busy, for too long.
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    while True:
        waited_s = loop.time() - started
        try:
            return await call()
        except EngineBusy as busy:
            if waited_s > BUSY_AT_MOST_S:
                raise
            pause_s = busy.retry_after_s
        except EngineWarmingUp:
            if waited_s > BUSY_AT_MOST_S:
                raise
            pause_s = LOOK_AGAIN_AFTER_S
        except EngineAway:
            if waited_s > AWAY_AT_MOST_S:
                raise
            pause_s = LOOK_AGAIN_AFTER_S
        await asyncio.sleep(pause_s)
