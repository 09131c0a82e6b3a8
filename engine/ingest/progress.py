"""Waiting for background work without polling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class Progress:
    """Wakes everyone who waits, each once, whenever something has been done."""

    def __init__(self) -> None:
        self._made = asyncio.Event()

    def announce(self) -> None:
        """Says that something has been done."""
        self._made.set()
        self._made = asyncio.Event()

    async def until(
        self, look: Callable[[], Awaitable[T]], done: Callable[[T], bool], timeout_s: float
    ) -> T:
        """Looks after each step until it is done; returns what was seen then or at time-out."""
        seen = await look()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not done(seen):
                    made = self._made
                    seen = await look()
                    if not done(seen):
                        await made.wait()
        return seen
