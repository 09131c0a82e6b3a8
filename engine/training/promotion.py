"""Whether what a job has learnt may take over searching, and why, in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from engine.classify.examples import Rows
from engine.schemas import GeneralSearch, Interval, MethodResult, TrainingMethod
from engine.training.comparison import NAMES, points
from engine.training.evaluation import Outcome, lead

MOST_RECALL_LOST = 0.01
"""Recall@10 that other searches may lose to a model that serves: one query in a hundred."""

ROUNDING = 1e-9

LEARNT_BY_CLASSIFY = (TrainingMethod.ZERO_SHOT, TrainingMethod.PROTOTYPE, TrainingMethod.PROBE)
"""Rungs of the ladder that classification climbs by itself (`engine.classify.rungs`)."""


@dataclass(frozen=True)
class Verdict:
    """What becomes of a job's candidate; `engine.schemas.ModelCard` has the same fields.

    Attributes:
        baseline: the best method that leaves the network as it is; None for a classifier.
        lead: of the candidate over the baseline, on the same items.
        sentence: why it may serve, or why not.
    """

    baseline: MethodResult | None
    lead: Interval | None
    searches: bool
    servable: bool
    sentence: str


def candidate(
    outcomes: Sequence[Outcome],
    changing: Collection[TrainingMethod],
    best: TrainingMethod | None,
) -> TrainingMethod | None:
    """The method whose model a job keeps; None where no method could be tested.

    Args:
        outcomes: of all methods.
        changing: those that have trained the network further that searches use.
        best: what the comparison prefers.
    """
    changed = [each for each in _tested(outcomes) if each.result.method in changing]
    return max(changed, key=_accuracy).result.method if changed else best


def verdict(
    outcomes: Sequence[Outcome],
    truth: Rows,
    changing: Collection[TrainingMethod],
    chosen: TrainingMethod,
) -> Verdict:
    """Judges a candidate.

    Args:
        outcomes: of all methods, on the same test rows.
        truth: the true class of each test row (N,).
        changing: the methods that have trained the network further that searches use.
        chosen: the candidate; one of `outcomes` that was tested.
    """
    if chosen not in changing:
        return Verdict(
            None, None, searches=False, servable=False, sentence=_of_a_classifier(chosen)
        )
    tested = _tested(outcomes)
    own = next(each for each in tested if each.result.method is chosen)
    unchanged = [each for each in tested if each.result.method not in changing]
    baseline = max(unchanged, key=_accuracy, default=None)
    ahead = None
    if baseline is not None:
        ahead = lead(np.asarray(own.answers) == truth, np.asarray(baseline.answers) == truth)
    reasons = [_of_the_lead(baseline, ahead), _of_other_searches(own.result.general)]
    servable = all(each.good for each in reasons)
    counting = [each.clause for each in reasons if each.good is servable]
    return Verdict(
        baseline=None if baseline is None else baseline.result,
        lead=ahead,
        searches=True,
        servable=servable,
        sentence=f"It {'may' if servable else 'may not'} serve: {', and '.join(counting)}.",
    )


@dataclass(frozen=True)
class _Reason:
    """Whether a condition is met, and how, in a clause."""

    good: bool
    clause: str


def _of_the_lead(baseline: Outcome | None, ahead: Interval | None) -> _Reason:
    if baseline is None or ahead is None:
        return _Reason(
            False,
            "nothing was compared to it that leaves the network as it is, so what it has gained "
            "is unknown (train with probe among the methods)",
        )
    name = NAMES[baseline.result.method]
    if ahead.low > 0:
        return _Reason(True, f"it leads {name} by {points(ahead)} on items that neither had seen")
    if ahead.value >= 0:
        return _Reason(False, f"its lead of {points(ahead)} over {name} may be chance")
    behind = Interval(value=-ahead.value, low=-ahead.high, high=-ahead.low)
    return _Reason(False, f"it is {points(behind)} behind {name}")


def _of_other_searches(general: GeneralSearch | None) -> _Reason:
    if general is None or not general.queries:
        return _Reason(False, "how well everything else is still found with it was not measured")
    kept = general.after / general.before if general.before else 1.0
    found = f"find {kept:.0%} as much in the first ten as before"
    if general.before - general.after <= MOST_RECALL_LOST + ROUNDING:
        return _Reason(True, f"other searches {found}")
    return _Reason(
        False,
        f"other searches would {found} (recall@10 {general.before:.2f}, then {general.after:.2f}; "
        f"they may lose {MOST_RECALL_LOST})",
    )


def _of_a_classifier(method: TrainingMethod) -> str:
    said = f"It changes no search: {NAMES[method]} tells classes apart and leaves the network as "
    if method in LEARNT_BY_CLASSIFY:
        return f"{said}it is, and /classify learns such a classifier from the labels by itself."
    return f"{said}it is."


def _tested(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [each for each in outcomes if each.result.test_top1 is not None]


def _accuracy(outcome: Outcome) -> float:
    assert outcome.result.test_top1 is not None
    return outcome.result.test_top1.value
