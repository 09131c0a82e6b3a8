"""Reposts are told from pictures that are merely alike."""

from __future__ import annotations

import numpy as np
import pytest

from engine.search.duplicates import (
    MAX_DISTANCE_BITS,
    Look,
    are_near_duplicates,
    distance_bits,
)

EAST, NORTH = np.eye(2, dtype=np.float32)
BLANK = bytes(32)


def flipped(bits: int) -> bytes:
    """A hash that differs from `BLANK` in so many bits."""
    return ((1 << bits) - 1).to_bytes(32)


def test_the_distance_counts_bits() -> None:
    """Bytes would be counted in the place of bits, and nearly everything be a repost."""
    assert [distance_bits(BLANK, flipped(bits)) for bits in (0, 1, 9, 256)] == [0, 1, 9, 256]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Look(flipped(MAX_DISTANCE_BITS), EAST), True),
        (Look(flipped(MAX_DISTANCE_BITS + 1), EAST), False),
        (Look(BLANK, NORTH), False),
        (Look(b"", EAST), False),
        (Look(BLANK, None), False),
    ],
    ids=["both agree", "the hash says no", "the vector says no", "no hash", "no vector"],
)
def test_hash_and_vector_have_to_agree(other: Look, same: bool) -> None:
    """Two charts of one layout, or two photographs of one cup, would hide each other."""
    assert are_near_duplicates(Look(BLANK, EAST), other) is same
    assert are_near_duplicates(other, Look(BLANK, EAST)) is same
