"""Which method to prefer, by what no test has seen.

On one split, test rows only report. Zero-shot, class means and the linear probe, which cost next to
nothing, are cross-validated on all other rows, and the most accurate of them is the champion. Any
other method takes its place only with a lead on the validation rows that is more than chance.
Folds leave no rows over: there the answers of all folds choose, and report what was chosen. Why
this keeps the choice from being worse than zero-shot or a probe is in
docs/adr/0025-validation-chooses.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import Rows
from engine.schemas import TrainingMethod
from engine.training.evaluation import Answered, Outcome, lead

RUNGS = (TrainingMethod.ZERO_SHOT, TrainingMethod.PROTOTYPE, TrainingMethod.PROBE)
"""What reads the features of the network as they are, simplest first."""

SIMPLEST_FIRST = tuple(TrainingMethod)

Right = Mapping[TrainingMethod, NDArray[np.bool_]]
"""Of each method, whether it was right about each row, the same rows for all of them: (N,)."""


def preferred(outcomes: Sequence[Outcome], test: Rows, classes: Rows) -> TrainingMethod | None:
    """The method to prefer; None where none could be tested.

    Args:
        outcomes: of all methods.
        test: the rows that were tested on, in the order of the answers.
        classes: true class of every row of the snapshot (N,).
    """
    judged = [each for each in outcomes if each.result.test_top1 is not None]
    if not judged:
        return None
    right = {each.result.method: _evidence(each, test).right(classes) for each in judged}
    rungs = [each for each in judged if each.result.method in RUNGS]
    if not rungs:
        return simplest_unbeaten(right)
    champion = _champion(rungs, right, classes)
    ahead = {
        name: each
        for name, each in right.items()
        if name not in RUNGS and lead(each, right[champion]).low > 0
    }
    return leader(ahead) if ahead else champion


def leader(right: Right) -> TrainingMethod:
    """The most accurate method, the simplest of equals."""
    return max(
        (name for name in SIMPLEST_FIRST if name in right),
        key=lambda name: float(right[name].mean()),
    )


def simplest_unbeaten(right: Right) -> TrainingMethod:
    """The simplest method that the most accurate one does not beat beyond chance."""
    first = leader(right)
    return next(
        name
        for name in SIMPLEST_FIRST
        if name in right and (name is first or lead(right[first], right[name]).low <= 0)
    )


def _champion(rungs: Sequence[Outcome], right: Right, classes: Rows) -> TrainingMethod:
    crossed = {each.result.method: each.crossed.right(classes) for each in rungs}
    by_crossing = all(len(each) for each in crossed.values())
    return leader(crossed if by_crossing else {name: right[name] for name in crossed})


def _evidence(outcome: Outcome, test: Rows) -> Answered:
    if len(outcome.validated.rows):
        return outcome.validated
    return Answered(test.tolist(), outcome.answers)
