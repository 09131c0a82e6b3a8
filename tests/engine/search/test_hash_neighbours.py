"""The index over hashes finds exactly what comparing all with all finds."""

from __future__ import annotations

import numpy as np
import pytest

from engine.search import hash_neighbours
from engine.search.duplicates import MAX_DISTANCE_BITS, distance_bits
from engine.search.hash_neighbours import HashNeighbours

SEED = 3


def hashes(count: int) -> list[bytes]:
    """Random hashes; every third one is another with up to twice as many bits flipped as allowed.

    The flipped bits are spread evenly, which is the hardest to find: no word stays as it was.
    """
    state = np.random.default_rng(SEED)
    drawn = state.integers(0, 2, (count, 256), np.uint8)
    for n in range(0, count, 3):
        drawn[n] = drawn[(n + 1) % count]
        flips = state.integers(0, 2 * MAX_DISTANCE_BITS)
        spread = (np.arange(flips) * 16 + np.arange(flips) // 16) % 256
        drawn[n, spread] ^= 1
    return [row.tobytes() for row in np.packbits(drawn, axis=1)]


def brute_force(given: list[bytes]) -> set[tuple[int, int]]:
    """All near pairs, by comparing all with all."""
    return {
        (n, n + 1 + m)
        for n, one in enumerate(given)
        for m, other in enumerate(given[n + 1 :])
        if distance_bits(one, other) <= MAX_DISTANCE_BITS
    }


def found(neighbours: HashNeighbours) -> set[tuple[int, int]]:
    """All pairs of all blocks."""
    pairs: list[tuple[int, int]] = []
    start = 0
    while start < len(neighbours):
        block, start = neighbours.of_block(start)
        pairs += [(int(one), int(other)) for one, other in block]
    assert len(pairs) == len(set(pairs)), "no pair twice"
    return set(pairs)


@pytest.mark.parametrize(
    ("max_block", "max_compared"), [(1024, 1_000_000), (7, 1_000_000), (64, 5)]
)
def test_no_pair_is_missed_and_none_is_made_up(
    monkeypatch: pytest.MonkeyPatch, max_block: int, max_compared: int
) -> None:
    """Some reposts would never be found, in an order that nobody could explain."""
    monkeypatch.setattr(hash_neighbours, "MAX_BLOCK", max_block)
    monkeypatch.setattr(hash_neighbours, "MAX_COMPARED", max_compared)
    given = hashes(150)
    expected = brute_force(given)
    assert len(expected) > 20
    assert found(HashNeighbours(given)) == expected


def test_what_is_left_out_is_not_compared() -> None:
    """Five thousand frames of one film would be compared with each other, all with all."""
    neighbours = HashNeighbours([bytes(32)] * 4)
    neighbours.leave_out(np.array([1, 2]))
    assert found(neighbours) == {(0, 3)}


def test_nothing_has_no_neighbours() -> None:
    """A library of texts would get an error."""
    assert found(HashNeighbours([])) == set()
