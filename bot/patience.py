"""Asking an engine that may be away, for work that has time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.settings import BotSettings
from engine.client import EngineAway, EngineBusy, EngineWarmingUp

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


async def patiently(call: Callable[[], Awaitable[Answer]], settings: BotSettings) -> Answer:
    """What the engine answers, however long it is away."""
    pause_s = settings.engine_retry_s
    while True:
        try:
            return await call()
        except (EngineAway, EngineBusy, EngineWarmingUp) as failure:
            log.info("Asked again in %.1f s: %s", pause_s, failure)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, settings.engine_retry_max_s)
