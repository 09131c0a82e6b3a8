"""How good a method is on what it has not seen, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import LogProbabilities, Rows
from engine.classify.ladder import wilson
from engine.schemas import Interval, MethodResult, TrainingMethod

TOP = 5
"""Of so many guesses one may be right; for sets with more classes than that."""

RESAMPLES = 10_000
CENTRAL_95 = (2.5, 97.5)


class Predictor(Protocol):
    """A method that has learnt."""

    def log_probabilities(self, rows: Rows) -> LogProbabilities:
        """Of each class (N, C), for rows of the snapshot; -inf for one without examples."""
        ...


@dataclass(frozen=True)
class Outcome:
    """What a method has shown.

    Attributes:
        result: in numbers, or why there are none.
        answers: the class it gave each test row; empty when it failed.
        notes: sentences that belong to it.
    """

    result: MethodResult
    answers: Sequence[int] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Exam:
    """The rows that methods are judged by, the same for all of them.

    Attributes:
        train: learnt from.
        test: never looked at while training.
        classes: true class of every row of the snapshot (N,).
        class_count: C.
    """

    train: Rows
    test: Rows
    classes: Rows
    class_count: int

    def take(self, method: TrainingMethod, predictor: Predictor) -> Outcome:
        """Judges a method; the result does not say yet how long it took."""
        of_train = predictor.log_probabilities(self.train)
        of_test = predictor.log_probabilities(self.test)
        truth = self.classes[self.test]
        answers = of_test.argmax(axis=1)
        top5 = wilson(among_best(of_test, truth, TOP)) if self.class_count > TOP else None
        result = MethodResult(
            method=method,
            train_top1=float((of_train.argmax(axis=1) == self.classes[self.train]).mean()),
            test_top1=wilson(answers == truth),
            test_top5=top5,
        )
        return Outcome(result, answers.tolist())


def among_best(scores: LogProbabilities, truth: Rows, count: int) -> NDArray[np.bool_]:
    """Whether the true class is one of the best so many: bool (N,)."""
    best = np.argpartition(scores, -count, axis=1)[:, -count:]
    return np.asarray((best == truth[:, None]).any(axis=1))


def lead(one: NDArray[np.bool_], other: NDArray[np.bool_], seed: int = 0) -> Interval:
    """How much more often one method is right than another, with a paired bootstrap's interval.

    An item adds 1, 0 or -1 to the difference, so that a resample of items is a draw of how many
    add which.

    Args:
        one: whether it was right about each test row (N,).
        other: the same rows (N,).
        seed: of the resamples.
    """
    differences = one.astype(np.intp) - other.astype(np.intp)
    shares = np.array([(differences == value).mean() for value in (-1, 0, 1)])
    draws = np.random.default_rng(seed).multinomial(len(one), shares, size=RESAMPLES)
    leads = (draws[:, 2] - draws[:, 0]) / len(one)
    low, high = np.percentile(leads, CENTRAL_95)
    return Interval(value=float(differences.mean()), low=float(low), high=float(high))


def confusion(truth: Rows, answers: Rows, class_count: int) -> NDArray[np.intp]:
    """How many test rows of each class (rows) were given which class (columns): (C, C)."""
    counts = np.zeros((class_count, class_count), dtype=np.intp)
    np.add.at(counts, (truth, answers), 1)
    return counts
