"""What a raw cosine is worth: its distance from what the same query scores against a background.

Text→image, image→image and text→text cosines live on different scales, and a flat cut-off fails
(immich #5996, rclip #207). Each score is therefore read as a robust z-score,

    z = (s - median(q·B)) / (1.4826 · MAD(q·B)),

over a background B of stored vectors and reference vectors of the same space; this is test
normalisation of speaker verification (Auckenthaler et al. 2000) with the median and MAD in the
place of mean and deviation, so that relevant items inside B do not hide themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.encoders.ports import Features
from engine.schemas import Band

MAD_TO_STD = 1.4826
"""For a normal distribution std = 1.4826 MAD (Rousseeuw & Croux 1993)."""

SMALLEST_SPREAD = 0.01
"""Backgrounds narrower than this, in cosine, say nothing; it also keeps z finite."""


class Pair(StrEnum):
    """Which kind of query met which kind of item."""

    TEXT_TO_IMAGE = "text_to_image"
    IMAGE_TO_IMAGE = "image_to_image"
    TEXT_TO_TEXT = "text_to_text"


@dataclass(frozen=True)
class Thresholds:
    """Least z of each band; below `weak` a hit is not shown."""

    weak: float
    likely: float
    strong: float

    def band(self, z: float) -> Band | None:
        """The band of a z-score, or None for the irrelevant tail."""
        if z >= self.strong:
            return Band.STRONG
        if z >= self.likely:
            return Band.LIKELY
        if z >= self.weak:
            return Band.WEAK
        return None


THRESHOLDS: dict[Pair, Thresholds] = {
    Pair.TEXT_TO_IMAGE: Thresholds(weak=2.5, likely=3.5, strong=5.0),
    Pair.IMAGE_TO_IMAGE: Thresholds(weak=2.5, likely=4.0, strong=6.0),
    Pair.TEXT_TO_TEXT: Thresholds(weak=3.0, likely=4.5, strong=6.5),
}


@dataclass(frozen=True)
class ScoreScale:
    """Where the background's scores for one query lie.

    Attributes:
        center: their median.
        spread: their scaled median absolute deviation.
    """

    center: float
    spread: float

    def z(self, score: float) -> float:
        """How many spreads a score lies above the background."""
        return (score - self.center) / self.spread


def score_scale(query: Features, background: Features) -> ScoreScale:
    """Measures a query against the background.

    Args:
        query: float32 (D,), L2-normalised.
        background: float32 (M, D), L2-normalised, M > 0.
    """
    scores = background @ query  # (M, D) @ (D) -> (M)
    center = float(np.median(scores))
    spread = MAD_TO_STD * float(np.median(np.abs(scores - center)))
    return ScoreScale(center, max(spread, SMALLEST_SPREAD))
