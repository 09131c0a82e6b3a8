"""Examples as a cache that is asked beside the class names (Tip-Adapter, Zhang et al. 2022)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import LogProbabilities
from engine.classify.methods import normalised
from engine.classify.zero_shot import ZeroShot
from engine.encoders.ports import Features

ASKED_AT_ONCE = 1024


@dataclass(frozen=True)
class ExampleCache:
    """A scorer that adds to the logits of class names what similar examples say (equation 5).

    An example's vote falls with its distance, exp(-β(1 - cosine)). A class has the mean of its
    examples' votes where the paper has their sum, which would favour what was labelled most.

    Attributes:
        keys: features of the examples, perhaps trained further: float32 (M, D).
        values: float32 (M, C); the reciprocal of its number of examples where one is of a class,
            else zero.
        words: the class names; they alone speak for a class without examples.
        alpha: weight of the examples.
        beta: how fast a vote falls.
    """

    keys: Features
    values: NDArray[np.float32]
    words: ZeroShot
    alpha: float
    beta: float

    def __call__(self, features: Features) -> LogProbabilities:
        """Log-probabilities (N, C) of features (N, D)."""
        parts = np.array_split(features, max(math.ceil(len(features) / ASKED_AT_ONCE), 1))
        return normalised(np.concatenate([self._logits(part) for part in parts]))

    def _logits(self, features: Features) -> NDArray[np.float64]:
        votes = np.exp(self.beta * (features @ self.keys.T - 1)) @ self.values  # (N, M) @ (M, C)
        logits: NDArray[np.float64] = self.alpha * votes + self.words.logit_scale * (
            self.words.cosines(features)
        )
        return logits
