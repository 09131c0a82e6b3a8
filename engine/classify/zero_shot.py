"""Classification without examples: how near is an item to each class's words?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax, logsumexp  # type: ignore[import-untyped]

from engine.classify.examples import LogProbabilities
from engine.classify.methods import Scorer
from engine.encoders.ports import Features


@dataclass(frozen=True)
class ZeroShot:
    """A scorer by class names and descriptions.

    Attributes:
        text_features: float32 (C, D), L2-normalised (`engine.classify.prompts`).
        logit_scale: by which the encoder's training multiplied cosines; less, where labels have
            shown that the words say less.
    """

    text_features: Features
    logit_scale: float

    def __call__(self, features: Features) -> LogProbabilities:
        """Log-probabilities (N, C) of features (N, D)."""
        return np.asarray(log_softmax(self.logit_scale * self.cosines(features), axis=1))

    def cosines(self, features: Features) -> NDArray[np.float64]:
        """Of features (N, D) with the words of each class: (N, C)."""
        return (features @ self.text_features.T).astype(np.float64)


@dataclass(frozen=True)
class Blend:
    """What examples say, with what words say.

    log p = log p_examples + weight · log p_words, as Tip-Adapter adds its cache to CLIP's logits
    (Zhang et al. 2022, eq. 5), but of normalised scores. A class without examples has the share
    that words give it; the others divide the rest.

    Attributes:
        weight: of the words; 0 where they do not help.
    """

    examples: Scorer
    words: ZeroShot
    weight: float

    def __call__(self, features: Features) -> LogProbabilities:
        """Log-probabilities (N, C) of features (N, D)."""
        return blended(self.examples(features), self.words(features), self.weight)


def blended(
    by_examples: LogProbabilities, by_words: LogProbabilities, weight: float
) -> LogProbabilities:
    """Both kinds of log-probabilities (N, C) as one; where the first is -inf, words decide."""
    seen = np.isfinite(by_examples)
    joined = np.where(seen, by_examples + weight * by_words, -np.inf)
    share = logsumexp(np.where(seen, by_words, -np.inf), axis=1, keepdims=True)
    joined += share - logsumexp(joined, axis=1, keepdims=True)
    return np.where(seen, joined, by_words)
