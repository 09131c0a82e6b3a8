"""What to label next: the items that stand for the most others, where the classifier is unsure.

Uncertainty herding (Bae, Oliveira and Sutherland 2025): with u(x) the uncertainty of an item, k a
similarity and L what is labelled, the next is the item x' that adds most to

    sum over x of u(x) · max over y in L ∪ {x'} of k(x, y).

With u = 1 everywhere that is coverage, which serves best while there are no labels to be unsure
by; later it leaves what is known alone. One rule for both beats switching from clusters to margins
(`docs/adr/0016-session-order.md`). Every fifth item is drawn at random, for honest measuring.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.classify.classifier import Classifier
from engine.classify.examples import Rows
from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features
from engine.schemas import Draw

RANDOM_EVERY = 5
"""One in so many is drawn at random: 20 %."""

KERNEL_WIDTH = 0.4
"""In cosine, seen from the pool's centre: k(x, y) = exp((x·y - 1) / 0.4). From the centre, because
some encoders put everything into a narrow cone, and one width shall serve all."""

MOST_STOOD_FOR = 1_000
"""Items whose coverage is counted, a random sample of a larger pool; the cost grows with them."""

BLOCK = 2_048


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
    if not len(candidates):
        return []
    state = np.random.default_rng((seed, drawn_before))
    sample = candidates[state.permutation(len(candidates))[:MOST_STOOD_FOR]]
    centre = sample.mean(axis=0)
    seen = (unit_rows(rows - centre) for rows in (candidates, labelled, sample))
    coverage = _Coverage(_doubt(classifier, sample), *seen)
    learnt = classifier is not None and classifier.evidence.examples > 0
    free = np.ones(len(candidates), dtype=np.bool_)
    chosen: list[Choice] = []
    while len(chosen) < count and free.any():
        if (drawn_before + len(chosen)) % RANDOM_EVERY == RANDOM_EVERY - 1:
            choice = Choice(int(state.choice(np.flatnonzero(free))), Draw.RANDOM)
        else:
            choice = Choice(coverage.best(free), Draw.UNCERTAIN if learnt else Draw.CLUSTER)
        free[groups == groups[choice.row]] = False
        coverage.add(choice.row)
        chosen.append(choice)
    return chosen


class _Coverage:
    """How well what is labelled, or chosen, stands for the rest.

    Args:
        uncertainty: float32 (R,): what each of the sample counts.
        candidates: float32 (N, D), L2-normalised, as the other two.
        labelled: float32 (M, D).
        sample: float32 (R, D): the items to be stood for.
    """

    def __init__(
        self,
        uncertainty: NDArray[np.float32],
        candidates: Features,
        labelled: Features,
        sample: Features,
    ) -> None:
        self._candidates = candidates
        self._sample = sample
        self._uncertainty = uncertainty
        self._covered = np.zeros(len(sample), dtype=np.float32)
        for block in _blocks(labelled):
            self._covered = np.maximum(self._covered, _kernel(block, sample).max(axis=0))
        gains = np.concatenate([self._gains(block) for block in _blocks(candidates)])
        self._heap = [(-gain, row) for row, gain in enumerate(gains.tolist())]
        heapq.heapify(self._heap)

    def best(self, free: NDArray[np.bool_]) -> int:
        """The free candidate that adds most.

        What a candidate adds only shrinks as others are chosen, so one that adds more than all
        others ever did is the best, and most need no second look (Minoux 1978, "lazy greedy").
        """
        while True:
            _, row = heapq.heappop(self._heap)
            if not free[row]:
                continue
            gain = float(self._gains(self._candidates[[row]])[0])
            if not self._heap or -gain <= self._heap[0][0]:
                return row
            heapq.heappush(self._heap, (-gain, row))

    def add(self, row: int) -> None:
        """Counts a candidate as labelled."""
        self._covered = np.maximum(self._covered, _kernel(self._candidates[row], self._sample))

    def _gains(self, candidates: Features) -> NDArray[np.float32]:
        """What each candidate would add: float32 (B,)."""
        added = np.maximum(_kernel(candidates, self._sample) - self._covered, 0)  # (B, R)
        return np.asarray(added @ self._uncertainty)


def _blocks(rows: Features) -> Iterator[Features]:
    """A few rows at a time, so that similarities to the sample never take much memory."""
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]


def _kernel(one: Features, other: Features) -> NDArray[np.float32]:
    return np.asarray(np.exp((one @ other.T - 1) / np.float32(KERNEL_WIDTH)))


def _doubt(classifier: Classifier | None, features: Features) -> NDArray[np.float32]:
    """One less the probability of the best class: float32 (N,), from 0 to 1."""
    if classifier is None:
        return np.ones(len(features), dtype=np.float32)
    doubt = 1 - classifier.predict(features).among_classes.max(axis=1)
    # Of a single class nothing is in doubt, and yet the session goes on.
    return (doubt if doubt.any() else np.ones(len(doubt))).astype(np.float32)
