"""What a raw cosine is worth: how far it has come from unrelated content towards the same content.

Text→image, image→image and text→text cosines live on different scales, and a flat cut-off fails
(immich #5996, rclip #207). Each score is therefore read between two anchors of the same query,

    nearness = (s - median(q·B)) / (1 - median(q·B)),

over a background B of stored vectors and reference vectors of the same space: 0 is what anything
scores, 1 is the query itself. The median, so that relevant items inside B do not hide themselves.
A z-score over B was tried first: cosines end at 1, so where B is wide an exact copy had a low z
(`docs/adr/0011-nearness.md`). The thresholds are measured by `benchmarks.quality.calibration`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.encoders.ports import Features
from engine.schemas import Band

LEAST_ROOM = 0.05
"""In cosine, between the background and the query itself; it keeps nearness finite."""


class Pair(StrEnum):
    """Which kind of query met which kind of item."""

    TEXT_TO_IMAGE = "text_to_image"
    IMAGE_TO_IMAGE = "image_to_image"
    TEXT_TO_TEXT = "text_to_text"


@dataclass(frozen=True)
class Thresholds:
    """Least nearness of each band; below `weak` a hit is not shown."""

    weak: float
    likely: float
    strong: float

    def band(self, nearness: float) -> Band | None:
        """The band of a hit, or None for the irrelevant tail."""
        if nearness >= self.strong:
            return Band.STRONG
        if nearness >= self.likely:
            return Band.LIKELY
        if nearness >= self.weak:
            return Band.WEAK
        return None

    def trust(self, nearness: float) -> float:
        """Nearness on a scale that is common to all pairs: 1, 2 and 3 are the thresholds."""
        inside = np.interp(nearness, (0, self.weak, self.likely, self.strong), (0, 1, 2, 3))
        return float(inside) + max(0.0, nearness - self.strong)


THRESHOLDS: dict[Pair, Thresholds] = {
    Pair.TEXT_TO_IMAGE: Thresholds(weak=0.18, likely=0.27, strong=0.35),
    Pair.IMAGE_TO_IMAGE: Thresholds(weak=0.58, likely=0.83, strong=0.88),
    Pair.TEXT_TO_TEXT: Thresholds(weak=0.35, likely=0.98, strong=1.15),
}


@dataclass(frozen=True)
class ScoreScale:
    """Where the scores of one query begin.

    Attributes:
        floor: the median score of the background, at most 1 - `LEAST_ROOM`.
    """

    floor: float

    def nearness(self, score: float) -> float:
        """How much of the way from the floor to 1 a score has come; below 0 if none."""
        return (score - self.floor) / (1 - self.floor)


def score_scale(query: Features, background: Features) -> ScoreScale:
    """Measures a query against the background.

    Args:
        query: float32 (D,), L2-normalised.
        background: float32 (M, D), L2-normalised, M > 0.
    """
    scores = background @ query  # (M, D) @ (D) -> (M)
    return ScoreScale(min(float(np.median(scores)), 1 - LEAST_ROOM))
