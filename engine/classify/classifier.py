"""What answers a question: a fitted method, calibrated, that may say 'none of these'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.classify.calibration import tempered
from engine.classify.methods import Scorer
from engine.classify.rejection import Rejection
from engine.encoders.ports import Features
from engine.schemas import ClassifierMethod, Interval

CERTAIN_ENOUGH = 0.5
"""From this probability on the answer is 'none of these'."""


@dataclass(frozen=True)
class Prediction:
    """What a classifier says of N items.

    Attributes:
        among_classes: float64 (N, C): probabilities if it is one of the classes; rows sum to one.
        probabilities: float64 (N, C): with `none_probability` each row sums to one.
        none_probability: float64 (N,).
    """

    among_classes: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    none_probability: NDArray[np.float64]

    @property
    def none_of_these(self) -> NDArray[np.bool_]:
        """Which items are of no class: bool (N,)."""
        return self.none_probability >= CERTAIN_ENOUGH


@dataclass(frozen=True)
class Evidence:
    """How good the method that serves is, and how that is known.

    Attributes:
        accuracy: cross-validated, with Wilson's interval; None when too few can be tested.
        examples: how many it learnt from.
        tested: on how many of them it was tested.
    """

    method: ClassifierMethod
    examples: int = 0
    accuracy: Interval | None = None
    tested: int = 0


class Landmarks(Protocol):
    """What items of the classes are near to: class means, or words."""

    def cosines(self, features: Features) -> NDArray[np.float64]:
        """Nearness of features (N, D) to each class: (N, C); -inf where nothing is known of it."""
        ...


@dataclass(frozen=True)
class Classifier:
    """A fitted classifier; it answers by a few products of matrices.

    Attributes:
        scorer: gives log-probabilities of the classes.
        temperature: that calibrates them.
        landmarks: from which items of no class are far.
        rejection: how far is too far.
        evidence: which method this is, and how good.
    """

    scorer: Scorer
    temperature: float
    landmarks: Landmarks
    rejection: Rejection
    evidence: Evidence

    def predict(self, features: Features) -> Prediction:
        """Classifies features: float32 (N, D), L2-normalised."""
        probabilities = np.exp(tempered(self.scorer(features), self.temperature))
        cosines = self.landmarks.cosines(features)
        rejected = self.rejection(cosines.max(axis=1))[:, None]
        # A class of which nothing is known to be near cannot be ruled out by distance.
        lost = np.where(np.isfinite(cosines), probabilities * rejected, 0.0)
        return Prediction(probabilities, probabilities - lost, lost.sum(axis=1))
