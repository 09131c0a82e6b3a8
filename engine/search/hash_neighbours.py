"""Which perceptual hashes lie near each other, without comparing all with all.

Multi-index hashing (Norouzi, Punjani and Fleet, "Fast Search in Hamming Space with Multi-Index
Hashing", 2012): when two hashes differ in at most 31 of 256 bits, one of their sixteen words of 16
bits differs in at most one. Only hashes that agree in a word but for one bit are compared, and
none is missed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.search.duplicates import MAX_DISTANCE_BITS

WORDS, WORD_BITS = 16, 16
assert MAX_DISTANCE_BITS < 2 * WORDS, "else words that differ in two bits count, too"

Positions = NDArray[np.intp]
"""Places in the order in which hashes were given."""

VALUES = 1 << WORD_BITS
FIRST_OF_WORD = (np.arange(WORDS) * (VALUES + 1))[:, None]

PROBES = np.array([0, *(1 << bit for bit in range(WORD_BITS))], np.uint16)
"""A word XOR each of these: itself, and every word that differs in one bit."""

MAX_BLOCK = 1024
MAX_COMPARED = 1_000_000
"""Hashes compared in one block, unless a single one has more to be compared with: 100 MB."""


class HashNeighbours:
    """An index over hashes.

    Args:
        hashes: of 32 bytes each.
    """

    def __init__(self, hashes: Sequence[bytes]) -> None:
        joined = np.frombuffer(b"".join(hashes), np.uint8)
        self._quarters = joined.view(np.uint64).reshape(-1, 4).T.copy()  # (4, N)
        self._words = joined.view(np.uint16).reshape(-1, WORDS)  # (N, WORDS)
        by_word = np.argsort(self._words, axis=0, kind="stable").T  # (WORDS, N)
        self._by_word = by_word.astype(np.int32).ravel()
        values = np.arange(VALUES + 1)
        begins = [
            word * len(hashes) + np.searchsorted(self._words[order, word], values)
            for word, order in enumerate(by_word)
        ]
        # (WORDS * (VALUES + 1),): where in `_by_word` the hashes with a value in a word begin
        self._begins = np.concatenate(begins)
        self._candidate = np.ones(len(hashes), np.bool_)

    def __len__(self) -> int:
        return len(self._words)

    def leave_out(self, positions: Positions) -> None:
        """Compares these no more."""
        self._candidate[positions] = False

    def of_block(self, start: int) -> tuple[Positions, int]:
        """The neighbours, later in the order, of the hashes from `start` to where the block ends.

        Returns:
            Pairs of positions (M, 2), the smaller first, in order; and where the next block begins.
        """
        end = min(start + MAX_BLOCK, len(self))
        block = start + np.flatnonzero(self._candidate[start:end])
        probed = self._words[block, :, None] ^ PROBES  # (B, WORDS, PROBES)
        ranges = probed + FIRST_OF_WORD
        begins = self._begins.take(ranges)
        counts = self._begins.take(ranges + 1) - begins
        compared = np.cumsum(counts.sum(axis=(1, 2)))
        fitting = max(1, int(np.searchsorted(compared, MAX_COMPARED, side="right")))
        if fitting < len(block):
            end = int(block[fitting])
        return self._compare(block[:fitting], begins[:fitting], counts[:fitting]), end

    def _compare(self, block: Positions, begins: Positions, counts: Positions) -> Positions:
        ones = np.repeat(block.astype(np.int32), counts.sum(axis=(1, 2)))
        others = self._by_word.take(_ranges(begins.ravel(), counts.ravel()))
        later = (others > ones) & self._candidate[others]
        ones, others = ones[later], others[later]
        distance = np.zeros(len(ones), np.uint8)
        for quarter in self._quarters:  # The first two rule out nearly everything.
            distance += np.bitwise_count(quarter[ones] ^ quarter[others])
            near = distance <= MAX_DISTANCE_BITS
            ones, others, distance = ones[near], others[near], distance[near]
        pairs: Positions = np.unique(np.stack([ones, others], axis=1).astype(np.intp), axis=0)
        return pairs


def _ranges(begins: Positions, counts: Positions) -> Positions:
    """The numbers from each begin on, as many as its count, one range behind the other."""
    ends = np.cumsum(counts)
    ranges: Positions = np.repeat(begins - (ends - counts), counts)
    ranges += np.arange(len(ranges))
    return ranges
