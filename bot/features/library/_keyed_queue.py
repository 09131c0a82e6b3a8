"""A queue in which each key has at most one value waiting and one at work."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class KeyedQueue(Generic[Value]):
    """Keeps the order per key, and lets what happens now overtake what is read from the past.

    A value for a key that waits already is merged into it; one for a key that is being worked on
    waits until that is done. So a deletion never overtakes the upload it is about.

    Args:
        merge: makes one value of an older and a newer one.
        max_waiting: most keys that wait; beyond that `offer` refuses.
        max_background: most keys from the past that wait; beyond that `put` waits.
    """

    def __init__(
        self,
        merge: Callable[[Value, Value], Value],
        *,
        max_waiting: int,
        max_background: int,
    ) -> None:
        self._merge = merge
        self._max_waiting = max_waiting
        self._max_background = max_background
        self._waiting: dict[int, Value] = {}
        self._at_work: set[int] = set()
        self._urgent: deque[int] = deque()
        self._background: deque[int] = deque()
        self._wakers: set[asyncio.Future[None]] = set()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._at_work)

    def __contains__(self, key: int) -> bool:
        return key in self._waiting or key in self._at_work

    def offer(self, key: int, value: Value) -> bool:
        """Adds what has just happened; False when the queue is full and the key is new."""
        if key not in self._waiting and len(self._waiting) >= self._max_waiting:
            return False
        self._add(key, value, self._urgent)
        return True

    async def put(self, key: int, value: Value) -> None:
        """Adds something from the past; waits for room."""
        while len(self._background) >= self._max_background:
            await self._next_change()
        self._add(key, value, self._background)

    async def take(self) -> tuple[int, Value]:
        """The next value, which is at work from now on, until `settle` or `put_back`."""
        while not (self._urgent or self._background):
            await self._next_change()
        key = self._urgent.popleft() if self._urgent else self._background.popleft()
        self._at_work.add(key)
        value = self._waiting.pop(key)
        self._wake()
        return key, value

    def settle(self, key: int) -> None:
        """Ends the work on a key; what has come in for it meanwhile is next."""
        self._at_work.discard(key)
        if key in self._waiting:
            self._urgent.append(key)
        self._wake()

    def put_back(self, key: int, value: Value) -> None:
        """Ends the work on a key without success: it waits again, with what came in meanwhile."""
        newer = self._waiting.get(key)
        self._waiting[key] = value if newer is None else self._merge(value, newer)
        self.settle(key)

    async def idle(self) -> None:
        """Returns when nothing waits and nothing is at work."""
        while self._waiting or self._at_work:
            await self._next_change()

    def _add(self, key: int, value: Value, lane: deque[int]) -> None:
        older = self._waiting.get(key)
        self._waiting[key] = value if older is None else self._merge(older, value)
        if older is None and key not in self._at_work:
            lane.append(key)
        self._wake()

    async def _next_change(self) -> None:
        waker = asyncio.get_running_loop().create_future()
        self._wakers.add(waker)
        try:
            await waker
        finally:
            self._wakers.discard(waker)

    def _wake(self) -> None:
        for waker in self._wakers:
            if not waker.done():
                waker.set_result(None)
