"""The rungs of the ladder that learn: nearest examples, class means, a linear probe.

Each is fitted to examples and then gives log-probabilities over the classes that have any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp  # type: ignore[import-untyped]

from engine.classify.examples import Examples, LogProbabilities
from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

NEIGHBOUR_TEMPERATURE = 0.07
"""Votes weigh exp(cosine / 0.07) (Wu et al. 2018, 3.4). All examples vote, not the nearest few:
as accurate, and a class none of whose examples is near keeps a probability to calibrate."""

PROTOTYPE_SCALE = 10.0
"""By which cosines with class means are multiplied before softmax; the temperature corrects it."""

MAX_STEPS = 300
"""Of L-BFGS; it converges in fewer on normalised features."""


class Scorer(Protocol):
    """A fitted method."""

    def __call__(self, features: Features) -> LogProbabilities:
        """Log-probabilities (N, C) of features (N, D); -inf for a class without examples."""
        ...


class Method(Protocol):
    """A way to learn from examples."""

    def fit(self, examples: Examples) -> Scorer:
        """Learns from examples of at least one class."""
        ...


@dataclass(frozen=True)
class Nearest:
    """Votes of the nearest examples, weighted by their nearness."""

    def fit(self, examples: Examples) -> Scorer:
        """Keeps the examples."""
        return NearestScorer(examples)


@dataclass(frozen=True)
class NearestScorer:
    """Nearest examples of new features."""

    examples: Examples

    def __call__(self, features: Features) -> LogProbabilities:
        """Log of each class's share of the votes."""
        cosines = features @ self.examples.features.T  # (N, D) @ (D, M) -> (N, M)
        weights = np.exp((cosines.astype(np.float64) - 1) / NEIGHBOUR_TEMPERATURE)
        votes = weights @ self.examples.memberships  # (N, M) @ (M, C) -> (N, C)
        return normalised(np.log(votes, where=votes > 0, out=np.full_like(votes, -np.inf)))


@dataclass(frozen=True)
class Prototype:
    """Nearness to the mean of each class (Snell et al. 2017)."""

    def fit(self, examples: Examples) -> Scorer:
        """Averages the examples of each class."""
        return PrototypeScorer(Prototypes.of(examples))


@dataclass(frozen=True)
class Prototypes:
    """Class means around the mean of all (Wang et al. 2019, "CL2N").

    Attributes:
        centre: float32 (D,).
        directions: float32 (C, D), L2-normalised; zeros for a class without examples.
        seen: bool (C,).
    """

    centre: NDArray[np.float32]
    directions: Features
    seen: NDArray[np.bool_]

    @classmethod
    def of(cls, examples: Examples) -> Prototypes:
        """The prototypes of examples."""
        members, seen = examples.memberships, examples.seen
        sums = members.T @ examples.features  # (C, M) @ (M, D) -> (C, D)
        means = sums / np.maximum(members.sum(axis=0), 1)[:, None]
        # The mean of class means, not of examples: a class labelled more often pulls no harder.
        centre = means[seen].mean(axis=0) if seen.sum() > 1 else np.zeros_like(means[0])
        centred = np.where(seen[:, None], means - centre, 0)
        return cls(centre, unit_rows(centred), seen)

    def cosines(self, features: Features) -> NDArray[np.float64]:
        """Of features (N, D) with each class, both seen from the centre: (N, C).

        -inf for a class without examples.
        """
        cosines = unit_rows(features - self.centre) @ self.directions.T
        return np.where(self.seen, cosines.astype(np.float64), -np.inf)


@dataclass(frozen=True)
class PrototypeScorer:
    """Log-probabilities by nearness to prototypes."""

    prototypes: Prototypes

    def __call__(self, features: Features) -> LogProbabilities:
        """Softmax over scaled cosines."""
        return normalised(PROTOTYPE_SCALE * self.prototypes.cosines(features))


@dataclass(frozen=True)
class Probe:
    """A linear classifier: scikit-learn's multinomial logistic regression.

    Classes weigh the same, however unequal their numbers of examples.

    Attributes:
        inverse_penalty: scikit-learn's C.
    """

    inverse_penalty: float

    def fit(self, examples: Examples) -> Scorer:
        """Fits; of a single class there is nothing to tell apart, and prototypes answer."""
        from sklearn.linear_model import LogisticRegression

        if examples.seen.sum() < 2:
            return Prototype().fit(examples)
        model = LogisticRegression(
            C=self.inverse_penalty, class_weight="balanced", max_iter=MAX_STEPS
        )
        model.fit(examples.features, examples.classes)
        return ProbeScorer.of(model, examples.class_count)


@dataclass(frozen=True)
class ProbeScorer:
    """A fitted probe.

    Attributes:
        weights: float32 (C, D).
        biases: float32 (C,); -inf for a class without examples.
    """

    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    @classmethod
    def of(cls, model: LogisticRegression, class_count: int) -> Self:
        """What a regression on some of the classes has learnt."""
        present = model.classes_
        weights = np.zeros((class_count, model.coef_.shape[1]), dtype=np.float32)
        biases = np.full(class_count, -np.inf, dtype=np.float32)
        # Of two classes scikit-learn keeps one row: the second against the first.
        weights[present[-len(model.coef_) :]] = model.coef_
        biases[present] = 0
        biases[present[-len(model.coef_) :]] = model.intercept_
        return cls(weights, biases)

    def __call__(self, features: Features) -> LogProbabilities:
        """Softmax over the linear scores."""
        scores = features @ self.weights.T + self.biases
        return normalised(scores.astype(np.float64))


def normalised(scores: NDArray[np.float64]) -> LogProbabilities:
    """Log-softmax; what is -inf stays so."""
    return np.asarray(scores - logsumexp(scores, axis=1, keepdims=True))
