"""'None of these': how near must an item be to a class to be of any?

The score is the cosine to the nearest class mean, both seen from the centre of all means. It tells
known from unknown classes better than a classifier's confidence (`benchmarks.quality.
classifier_ladder`), and needs no training: an example scored against the means of all *other*
classes is an example of an unknown class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit  # type: ignore[import-untyped]

from engine.classify.examples import Rows

UNKNOWN_SHARE = 0.2
"""How many of the items asked about are taken to be of no class, before looking at them."""

FAR = 2.0
NEAR = 1.0
"""In deviations, between known items and general content, and between known items and those of
other classes of the same set: assumed, where no known items can be measured."""

LEAST_DEVIATION = 0.02
"""In cosine; it keeps the steepness finite where all unknown items look alike."""


@dataclass(frozen=True)
class Rejection:
    """Probability that an item is of no class, by its score.

    Attributes:
        threshold: the score at which it is one half.
        steepness: of its logistic curve, at least 0.
    """

    threshold: float
    steepness: float

    def __call__(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probabilities (N,) of scores (N,)."""
        return np.asarray(expit(self.steepness * (self.threshold - scores)))


NEVER = Rejection(threshold=-np.inf, steepness=1.0)
"""Where nothing is known of what the classes are not."""


def measured(
    known: NDArray[np.float64],
    unknown: NDArray[np.float64],
    *,
    assumed_distance: float = NEAR,
) -> Rejection:
    """The rejection that fits known and unknown items, as two normal distributions of one width.

    That is linear discriminant analysis, which two numbers and a width determine: a few examples
    suffice.

    Args:
        known: scores (N,) of items of the classes, by means they had no part in.
        unknown: scores (M,) of items of no class.
        assumed_distance: between the two, in deviations, where no known item is at hand.
    """
    if not len(unknown):
        return NEVER
    spread = np.concatenate([each - each.mean() for each in (known, unknown) if len(each)])
    deviation = max(float(spread.std()), LEAST_DEVIATION)
    low = float(unknown.mean())
    high = float(known.mean()) if len(known) else low + assumed_distance * deviation
    distance = max((high - low) / deviation, 1e-3)
    # Where both densities, weighted by the shares, are equal: LDA's boundary.
    shift = float(logit(UNKNOWN_SHARE)) / distance * deviation
    return Rejection((low + high) / 2 + shift, distance / deviation)


def as_known_and_unknown(
    cosines: NDArray[np.float64], classes: Rows
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores of examples as what they are, and as if their own class were unknown.

    Args:
        cosines: with each class mean (N, C), by means the example had no part in.
        classes: the true ones (N,).
    """
    others = cosines.copy()
    others[np.arange(len(classes)), classes] = -np.inf
    unknown = others.max(axis=1)
    return cosines.max(axis=1), unknown[np.isfinite(unknown)]
