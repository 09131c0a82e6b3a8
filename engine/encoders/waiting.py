"""The line of inputs that wait for a forward, and who goes in the next batch."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

InputT = TypeVar("InputT")
Row: TypeAlias = NDArray[np.float32]
"""float32 (D,): one row of `Features`, or of a re-ranker's scores."""

MOST_PADDING = 0.15
"""Largest share of padding in a batch. With 128 messages of mixed lengths waiting, it brings the
tokens to encode from 128% down to 98% of those of a fully sorted corpus in batches of 16
(benchmarks/encoder_throughput.py), for nearly twice as many forwards."""


@dataclass(frozen=True, eq=False)
class Waiting(Generic[InputT]):
    """One input in the line.

    Attributes:
        cost: estimate of what it takes in a forward, in tokens or pixels.
        row: settled with what the forward gave or its error; done early when its caller has gone.
    """

    item: InputT
    cost: int
    row: asyncio.Future[Row]


class WaitingLine(Generic[InputT]):
    """Inputs in the order they came."""

    def __init__(self, cost: Callable[[InputT], int]) -> None:
        self._cost = cost
        self._line: deque[Waiting[InputT]] = deque()

    def __len__(self) -> int:
        """Inputs whose callers still wait."""
        self.drop_abandoned()
        return len(self._line)

    def drop_abandoned(self) -> None:
        """Forgets inputs whose callers have gone."""
        if any(entry.row.done() for entry in self._line):
            self._line = deque(entry for entry in self._line if not entry.row.done())

    def add(self, items: Sequence[InputT]) -> list[asyncio.Future[Row]]:
        """Puts inputs at the end; returns what will hold their rows."""
        loop = asyncio.get_running_loop()
        entries = [Waiting(item, self._cost(item), loop.create_future()) for item in items]
        self._line.extend(entries)
        return [entry.row for entry in entries]

    def take(self, most: int, most_cost: int) -> list[Waiting[InputT]]:
        """Takes out the input that has waited longest, and those nearest to it in cost.

        Likeness and `MOST_PADDING` keep long texts from making short ones as dear as themselves;
        as the oldest is always taken, nobody starves.

        Args:
            most: inputs in a batch.
            most_cost: cost of a batch, padding included; exceeded only by a single input.
        """
        self.drop_abandoned()
        if not self._line:
            return []
        oldest = self._line[0]
        by_likeness = sorted(self._line, key=lambda entry: abs(entry.cost - oldest.cost))
        batch: list[Waiting[InputT]] = []
        widest = used = 0
        for entry in by_likeness[:most]:
            widest, used = max(widest, entry.cost), used + entry.cost
            padded = widest * (len(batch) + 1)
            if batch and (padded > most_cost or used < (1 - MOST_PADDING) * padded):
                break
            batch.append(entry)
        taken = set(map(id, batch))
        self._line = deque(entry for entry in self._line if id(entry) not in taken)
        return batch

    def clear(self) -> None:
        """Forgets everybody, without settling them."""
        self._line.clear()
