"""Waiting for something to become true, woken by every change instead of by a clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Pulse:
    """Wakes those who wait whenever anything happened."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Something happened: let everybody look again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, predicate: Callable[[], T], *, timeout_s: float = 5.0) -> T:
        """Wait until `predicate()` is truthy and return its value.

        Raises:
            TimeoutError: it did not become true in time.
        """
        async with asyncio.timeout(timeout_s):
            while not (value := predicate()):
                await self._next_beat()
        return value

    async def _next_beat(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)
