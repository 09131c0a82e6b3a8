"""How a background task goes over the catalogue, pass after pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from engine.errors import Busy, NotReady, StorageFailed

log = structlog.get_logger(__name__)


async def in_passes(
    one_pass: Callable[[], Awaitable[bool]], work: asyncio.Event, *, retry_s: float
) -> None:
    """Goes on until cancelled. A part that is busy, starting or out of disk is waited for.

    Args:
        one_pass: whether it has left nothing to be tried again.
        work: there is something new.
        retry_s: pause before another pass where something was left.
    """
    while True:
        work.clear()
        try:
            done = await one_pass()
        except Exception as error:
            if not isinstance(error, Busy | NotReady | StorageFailed):
                log.exception("pass_interrupted")
            done = False
        with suppress(TimeoutError):
            async with asyncio.timeout(None if done else retry_s):
                await work.wait()
