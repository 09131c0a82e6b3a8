"""What to label next: the items that stand for the most others, where the classifier is unsure.

Uncertainty herding (Bae, Oliveira and Sutherland 2025): with u(x) the uncertainty of an item, k a
similarity and L what is labelled, the next is the item x' that adds most to

    sum over x of u(x) · max over y in L ∪ {x'} of k(x, y).

With u = 1 everywhere that is coverage, which serves best while there are no labels to be unsure
by; later it leaves what is known alone. One rule for both beats switching from clusters to margins
(`docs/adr/0016-session-order.md`). Every fifth item is drawn at random, for honest measuring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.classify.classifier import Classifier
from engine.classify.examples import Rows
from engine.encoders.ports import Features
from engine.schemas import ClassifierMethod, Draw

RANDOM_EVERY = 5
"""One in so many is drawn at random: 20 %."""

KERNEL_WIDTH = 0.1
"""In cosine: k(x, y) = exp((x·y - 1) / 0.1)."""

MOST_REPRESENTED = 1_000
"""Items whose coverage is counted, a random sample of a larger pool; the cost grows with them."""


@dataclass(frozen=True)
class Choice:
    """An item to label, by its row among the candidates, and why."""

    row: int
    draw: Draw


def choose(
    candidates: Features,
    groups: Rows,
    labelled: Features,
    *,
    classifier: Classifier | None,
    count: int,
    drawn_before: int,
    seed: int = 0,
) -> list[Choice]:
    """The next items of a session, in order; fewer than asked for when there are no more.

    Args:
        candidates: float32 (N, D), L2-normalised: items without a label, nor a near-duplicate
            that has one.
        groups: int64 (N,); of items that share one, only one is chosen.
        labelled: float32 (M, D), L2-normalised: items already labelled or about to be.
        classifier: tells where it is unsure; None while there is none.
        count: how many to choose.
        drawn_before: how many the set's sessions have drawn so far; it decides whose turn it is to
            be random.
        seed: of everything drawn at random.
    """
    state = np.random.default_rng((seed, drawn_before))
    pool = _Pool(candidates, groups)
    coverage: _Coverage | None = None
    learnt = classifier is not None and classifier.evidence.method is not ClassifierMethod.ZERO_SHOT
    chosen: list[Choice] = []
    while len(chosen) < count and pool.free.any():
        if (drawn_before + len(chosen)) % RANDOM_EVERY == RANDOM_EVERY - 1:
            row, draw = int(state.choice(np.flatnonzero(pool.free))), Draw.RANDOM
        else:
            coverage = coverage or _Coverage.of(candidates, labelled, classifier, state)
            row = coverage.best(pool.free)
            draw = Draw.UNCERTAIN if learnt else Draw.CLUSTER
        pool.take(row)
        if coverage is not None:
            coverage.add(row)
        chosen.append(Choice(row, draw))
    return chosen


class _Pool:
    """Which candidates may still be chosen: those of whose group none has been."""

    def __init__(self, candidates: Features, groups: Rows) -> None:
        self.free = np.ones(len(candidates), dtype=np.bool_)
        self._groups = groups

    def take(self, row: int) -> None:
        self.free[self._groups == self._groups[row]] = False


class _Coverage:
    """How well what is labelled, or chosen, stands for the rest.

    Args:
        similarity: float32 (R, N): of a sample of the items with each candidate.
        covered: float32 (R,): similarity of the sample to the nearest labelled item.
        uncertainty: float32 (R,): what each of the sample counts.
    """

    def __init__(
        self,
        similarity: NDArray[np.float32],
        covered: NDArray[np.float32],
        uncertainty: NDArray[np.float32],
    ) -> None:
        self._similarity = similarity
        self._covered = covered
        self._uncertainty = uncertainty

    @classmethod
    def of(
        cls,
        candidates: Features,
        labelled: Features,
        classifier: Classifier | None,
        state: np.random.Generator,
    ) -> _Coverage:
        sample = candidates[state.permutation(len(candidates))[:MOST_REPRESENTED]]
        known = _kernel(sample, labelled).max(axis=1, initial=0)
        unsure = (
            np.ones(len(sample), np.float32) if classifier is None else doubt(classifier, sample)
        )
        return cls(_kernel(sample, candidates), known, unsure)

    def best(self, free: NDArray[np.bool_]) -> int:
        """The candidate that adds most."""
        added = np.maximum(self._similarity - self._covered[:, None], 0)  # (R, N)
        gains = self._uncertainty @ added
        return int(np.where(free, gains, -1).argmax())

    def add(self, row: int) -> None:
        """Counts a candidate as labelled."""
        self._covered = np.maximum(self._covered, self._similarity[:, row])


def _kernel(one: Features, other: Features) -> NDArray[np.float32]:
    return np.asarray(np.exp((one @ other.T - 1) / np.float32(KERNEL_WIDTH)))


def doubt(classifier: Classifier, features: Features) -> NDArray[np.float32]:
    """One less the lead of the best class over the second: float32 (N,), from 0 to 1."""
    two_best = np.partition(classifier.predict(features).among_classes, -2, axis=1)[:, -2:]
    return (1 - (two_best[:, 1] - two_best[:, 0])).astype(np.float32)
