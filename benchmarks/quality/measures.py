"""What quality is measured in: nDCG by scikit-learn, recall, and bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import ndcg_score  # type: ignore[import-untyped]

RESAMPLES = 2_000
SEED = 7

Values = NDArray[np.float64]
"""float64 (Q,): one value a query."""


@dataclass(frozen=True)
class Interval:
    """A mean and where 95 % of the means of resampled queries lie."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f}–{self.high:.3f})"


def as_values(values: Sequence[float]) -> Values:
    """Numbers, one a query, as an array."""
    return np.asarray(values, dtype=np.float64)


def mean_of(values: Sequence[float] | Values) -> Interval:
    """The mean over queries with its percentile bootstrap interval (Efron 1979).

    Of differences between two searches, query by query, this is the paired bootstrap test: one is
    better where the interval does not reach 0 (Smucker, Allan & Carterette 2007).
    """
    sample = np.asarray(values, dtype=np.float64)
    state = np.random.default_rng(SEED)
    means = sample[state.integers(len(sample), size=(RESAMPLES, len(sample)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return Interval(float(sample.mean()), float(low), float(high))


def ndcg_at_k(ranking: Sequence[int], gains: Mapping[int, int], corpus_size: int, k: int) -> float:
    """Computes nDCG with linear gains, as trec_eval does.

    Args:
        ranking: documents, best first.
        gains: of the relevant documents.
        corpus_size: how many documents there are, numbered from 0.
        k: how many of the ranking count.
    """
    true = np.zeros((1, corpus_size))
    true[0, list(gains)] = list(gains.values())
    found = np.zeros((1, corpus_size))
    top = list(ranking)[:k]
    found[0, top] = np.arange(len(top), 0, -1)
    return float(ndcg_score(true, found, k=k, ignore_ties=True))


def recall_at_k(ranking: Sequence[int], gains: Mapping[int, int], k: int) -> float:
    """The share of the relevant documents among the first `k`."""
    return len(set(list(ranking)[:k]) & set(gains)) / len(gains)
