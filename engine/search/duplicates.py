"""When two pictures are one: reposted, re-encoded, or resized.

A perceptual hash alone takes two charts of one layout for the same picture, and a vector alone
takes two photographs of one thing for it; both together are right where it was measured
(`benchmarks.quality.near_duplicates`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.encoders.ports import Features

MAX_DISTANCE_BITS = 31
"""Of 256; the threshold that PDQ's authors recommend."""

MIN_COSINE = 0.9


@dataclass(frozen=True)
class Look:
    """What a picture looks like.

    Attributes:
        perceptual_hash: 32 bytes, or empty when there is none.
        features: float32 (D,), L2-normalised; None when it was not found by its vector.
    """

    perceptual_hash: bytes
    features: Features | None


def are_near_duplicates(one: Look, other: Look) -> bool:
    """Whether hash and vector agree that two pictures are one."""
    if not one.perceptual_hash or not other.perceptual_hash:
        return False
    if one.features is None or other.features is None:
        return False
    if distance_bits(one.perceptual_hash, other.perceptual_hash) > MAX_DISTANCE_BITS:
        return False
    return float(one.features @ other.features) >= MIN_COSINE


def distance_bits(one: bytes, other: bytes) -> int:
    """In how many bits two hashes differ (Hamming 1950)."""
    return int(
        np.bitwise_count(np.frombuffer(one, np.uint8) ^ np.frombuffer(other, np.uint8)).sum()
    )
