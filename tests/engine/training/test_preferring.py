"""Which method is preferred, and that the test rows have no say in it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.classify.ladder import wilson
from engine.schemas import MethodResult, TrainingMethod
from engine.training.evaluation import Answered, Outcome, lead
from engine.training.preferring import preferred

VALIDATION, TEST = np.arange(60), np.arange(60, 160)
CLASSES = np.zeros(160, dtype=np.intp)


def _right(rows: np.ndarray, known: int) -> Answered:
    """Right about the first so many."""
    return Answered(rows.tolist(), [0 if n < known else 1 for n in range(len(rows))])


def _outcome(
    method: TrainingMethod, *, test: int, validation: int | None = None, crossed: int | None = None
) -> Outcome:
    answers = _right(TEST, test).answers
    return Outcome(
        MethodResult(method=method, test_top1=wilson(np.array(answers) == 0)),
        answers,
        validated=Answered() if validation is None else _right(VALIDATION, validation),
        crossed=Answered() if crossed is None else _right(VALIDATION, crossed),
    )


def _preferred(*outcomes: Outcome) -> TrainingMethod | None:
    return preferred(outcomes, TEST, CLASSES)


def test_the_test_does_not_choose() -> None:
    """The accuracy a team is told would be that of whatever was luckiest in the test."""
    chosen = _preferred(
        _outcome(TrainingMethod.PROBE, test=40, validation=50, crossed=50),
        _outcome(TrainingMethod.FINE_TUNING, test=90, validation=49),
    )
    assert chosen is TrainingMethod.PROBE


def test_a_network_of_ones_own_is_preferred_once_validation_shows_its_lead() -> None:
    """A team would label for months and never get the better model."""
    probe = _outcome(TrainingMethod.PROBE, test=70, validation=40, crossed=40)
    assert _preferred(probe, _outcome(TrainingMethod.LP_FT, test=90, validation=55)) is (
        TrainingMethod.LP_FT
    )
    assert _preferred(probe, _outcome(TrainingMethod.LP_FT, test=90, validation=41)) is (
        TrainingMethod.PROBE
    )


def test_the_rungs_are_told_apart_by_all_that_no_test_has_seen() -> None:
    """Six validation rows would decide between zero-shot and a probe, as good as by chance."""
    chosen = _preferred(
        _outcome(TrainingMethod.ZERO_SHOT, test=50, validation=60, crossed=30),
        _outcome(TrainingMethod.PROTOTYPE, test=50, validation=60, crossed=40),
        _outcome(TrainingMethod.PROBE, test=50, validation=59, crossed=50),
    )
    assert chosen is TrainingMethod.PROBE


@pytest.mark.parametrize("seed", range(5))
def test_with_folds_the_choice_is_never_worse_than_zero_shot_or_a_probe(seed: int) -> None:
    """A team that leaves the choice to Magpie would do worse than without training."""
    random = np.random.default_rng(seed)
    methods = [TrainingMethod.TFIDF, TrainingMethod.ZERO_SHOT, TrainingMethod.PROBE]
    methods += [TrainingMethod.FINE_TUNING, TrainingMethod.SETFIT]
    right = {name: random.random(len(TEST)) < random.random() for name in methods}
    outcomes = [
        Outcome(MethodResult(method=name, test_top1=wilson(each)), (~each).astype(int).tolist())
        for name, each in right.items()
    ]
    chosen = _preferred(*outcomes)
    assert chosen is not None
    for rung in (TrainingMethod.ZERO_SHOT, TrainingMethod.PROBE):
        assert lead(right[rung], right[chosen]).low <= 0


def test_without_rungs_the_simplest_of_equals_is_preferred() -> None:
    """A team that compares two networks would be told to take the more costly one for nothing."""
    found = _preferred(
        _outcome(TrainingMethod.LP_FT, test=90, validation=50),
        _outcome(TrainingMethod.FLYP, test=90, validation=51),
    )
    assert found is TrainingMethod.LP_FT
    failed = Outcome(MethodResult(method=TrainingMethod.LP_FT, failure="There was no memory."))
    assert _preferred(failed) is None
