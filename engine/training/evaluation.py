"""How good a method is on what it has not seen, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.classify.calibration import expected_calibration_error
from engine.classify.examples import LogProbabilities, Rows
from engine.classify.ladder import wilson
from engine.schemas import Interval, MethodResult, TrainingMethod

if TYPE_CHECKING:
    from torch import nn

TOP = 5
"""Of so many guesses one may be right; for sets with more classes than that."""

RESAMPLES = 10_000
CENTRAL_95 = (2.5, 97.5)


class Predictor(Protocol):
    """A method that has learnt."""

    def log_probabilities(self, rows: Rows) -> LogProbabilities:
        """Of each class (N, C), for rows of the snapshot; -inf for one without examples."""
        ...

    def save(self, folder: Path) -> None:
        """Writes all that it takes to answer for items never seen (`engine.training.stored`).

        Args:
            folder: empty.

        Raises:
            StorageFailed: there is no room.
        """
        ...

    def tower(self) -> nn.Module | None:
        """The network that searches use, trained further; None where it is as it was."""
        ...


@dataclass(frozen=True)
class Answered:
    """Which class some rows were given.

    Attributes:
        rows: of the snapshot.
        answers: class indices, in the order of the rows.
    """

    rows: Sequence[int] = ()
    answers: Sequence[int] = ()

    def right(self, classes: Rows) -> NDArray[np.bool_]:
        """Whether each answer is right.

        Args:
            classes: true class of every row of the snapshot (N,).
        """
        return np.asarray(np.array(self.answers, np.intp) == classes[np.array(self.rows, np.intp)])


@dataclass(frozen=True)
class Paper:
    """What one trained predictor has answered, before it is marked.

    Attributes:
        tested: the test rows.
        confidences: probability of each answer.
        among_best: whether the true class was one of the best `TOP`; empty for as few classes.
        train_count: how many rows it had learnt from.
        train_right: of how many of these it knows the class.
        trained_parameters: how many numbers it has learnt, where that is known.
        notes: sentences that belong to the result.
    """

    tested: Answered
    confidences: Sequence[float]
    among_best: Sequence[bool]
    validated: Answered
    train_count: int
    train_right: int
    changes_network: bool = False
    trained_parameters: int | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """What a method has shown.

    Attributes:
        result: in numbers, or why there are none.
        answers: the class it gave each test row; empty when it failed.
        notes: sentences that belong to it.
        validated: what it said of the rows that validate; of none where none do.
        crossed: what models said that learnt from other rows of what may be learnt from.
        changes_network: whether it has trained the network further that searches use.
    """

    result: MethodResult
    answers: Sequence[int] = ()
    notes: Sequence[str] = ()
    validated: Answered = Answered()
    crossed: Answered = Answered()
    changes_network: bool = False


@dataclass(frozen=True)
class Exam:
    """The rows that methods are judged by, the same for all of them.

    Attributes:
        train: learnt from.
        test: never looked at while training.
        classes: true class of every row of the snapshot (N,).
        class_count: C.
        validation: what choices are made by.
    """

    train: Rows
    test: Rows
    classes: Rows
    class_count: int
    validation: Rows = field(default_factory=lambda: np.empty(0, dtype=np.intp))

    def take(self, method: TrainingMethod, predictor: Predictor) -> Outcome:
        """Judges a method; the result does not say yet how long it took."""
        return marked(method, [self.sit(predictor)], self.classes)

    def sit(self, predictor: Predictor) -> Paper:
        """Asks a predictor about all rows."""
        known = self._answered(self.train, predictor.log_probabilities(self.train))
        of_test = predictor.log_probabilities(self.test)
        many = self.class_count > TOP
        validated = Answered()
        if len(self.validation):
            found = predictor.log_probabilities(self.validation)
            validated = self._answered(self.validation, found)
        return Paper(
            self._answered(self.test, of_test),
            np.exp(of_test.max(axis=1, initial=-np.inf)).tolist(),
            among_best(of_test, self.classes[self.test], TOP).tolist() if many else [],
            validated,
            train_count=len(self.train),
            train_right=int(known.right(self.classes).sum()),
            changes_network=predictor.tower() is not None,
        )

    def _answered(self, rows: Rows, scores: LogProbabilities) -> Answered:
        return Answered(rows.tolist(), scores.argmax(axis=1).tolist())


def marked(method: TrainingMethod, papers: Sequence[Paper], classes: Rows) -> Outcome:
    """Judges a method by all that its predictors have answered.

    Args:
        method: that they have learnt by.
        papers: each about other test rows; one, or one a fold.
        classes: true class of every row of the snapshot (N,).
    """
    tested = joined([each.tested for each in papers])
    right = tested.right(classes)
    confidences = np.concatenate([each.confidences for each in papers])
    near = np.concatenate([each.among_best for each in papers]).astype(np.bool_)
    learnt = sum(each.train_count for each in papers)
    result = MethodResult(
        method=method,
        train_top1=sum(each.train_right for each in papers) / learnt,
        test_top1=wilson(right),
        test_top5=wilson(near) if len(near) else None,
        calibration_error=expected_calibration_error(confidences, right),
        trained_parameters=papers[-1].trained_parameters,
    )
    return Outcome(
        result,
        tested.answers,
        list(dict.fromkeys(note for each in papers for note in each.notes)),
        validated=papers[0].validated if len(papers) == 1 else Answered(),
        changes_network=any(each.changes_network for each in papers),
    )


def joined(parts: Sequence[Answered]) -> Answered:
    """The rows of all parts, one part after the other."""
    return Answered(
        [row for part in parts for row in part.rows],
        [answer for part in parts for answer in part.answers],
    )


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
