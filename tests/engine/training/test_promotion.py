"""What of a job's methods becomes its model, and whether that may take over searching."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from engine.classify.ladder import wilson
from engine.schemas import GeneralSearch, MethodResult, TrainingMethod
from engine.training.evaluation import Outcome
from engine.training.promotion import Verdict, candidate, verdict

ROWS = 200
TRUTH = np.zeros(ROWS, dtype=np.intp)
UNHARMED = GeneralSearch(queries=500, before=0.80, after=0.795)


def _outcome(method: TrainingMethod, right: int, general: GeneralSearch | None = None) -> Outcome:
    """Of a method that is right about the first so many rows."""
    answers = (np.arange(ROWS) >= right).astype(np.intp)
    top1 = wilson(answers == TRUTH)
    return Outcome(MethodResult(method=method, test_top1=top1, general=general), answers.tolist())


FAILED = Outcome(MethodResult(method=TrainingMethod.LORA, failure="No memory."))


def _judged(
    right: Mapping[TrainingMethod, int], general: GeneralSearch | None = UNHARMED
) -> Verdict:
    """The verdict on LP-FT beside others that leave the network as it is."""
    changing = {TrainingMethod.LP_FT}
    outcomes = [
        _outcome(method, count, general if method in changing else None)
        for method, count in right.items()
    ]
    return verdict([*outcomes, FAILED], TRUTH, changing, TrainingMethod.LP_FT)


def test_a_network_that_leads_and_keeps_other_searches_may_serve() -> None:
    """Training that has paid off could never be put to use."""
    found = _judged(
        {TrainingMethod.PIXELS: 60, TrainingMethod.PROBE: 150, TrainingMethod.LP_FT: 180}
    )
    assert found.servable
    assert found.baseline is not None
    assert found.baseline.method is TrainingMethod.PROBE
    assert found.lead is not None
    assert found.lead.value == pytest.approx(0.15)
    assert found.sentence.startswith(
        "It may serve: it leads a linear probe on the model's features"
    )
    assert "by 15 points (" in found.sentence
    assert "other searches find 99% as much" in found.sentence


def test_a_lead_that_may_be_chance_does_not_serve() -> None:
    """Everybody's search would be rebuilt for nothing."""
    found = _judged({TrainingMethod.PROBE: 150, TrainingMethod.LP_FT: 151})
    assert not found.servable
    assert "over a linear probe on the model's features may be chance" in found.sentence
    assert "other searches" not in found.sentence


def test_what_is_behind_is_said_to_be_behind() -> None:
    """A loss would be told as a lead with a minus."""
    found = _judged({TrainingMethod.PROBE: 150, TrainingMethod.LP_FT: 130})
    assert "it is 10 points (" in found.sentence
    assert "behind a linear probe" in found.sentence


def test_a_network_that_harms_other_searches_does_not_serve() -> None:
    """A team's twelve classes would cost everybody else their results."""
    harmed = GeneralSearch(queries=500, before=0.80, after=0.72)
    found = _judged({TrainingMethod.PROBE: 100, TrainingMethod.LP_FT: 180}, harmed)
    assert not found.servable
    assert found.sentence == (
        "It may not serve: other searches would find 90% as much in the first ten as before "
        "(recall@10 0.80, then 0.72; they may lose 0.01)."
    )


@pytest.mark.parametrize("general", [None, GeneralSearch(queries=0, before=0, after=0)])
def test_what_was_not_measured_is_not_taken_for_good(general: GeneralSearch | None) -> None:
    """A model that nobody has looked at beyond its own classes would serve everything."""
    found = _judged({TrainingMethod.PROBE: 100, TrainingMethod.LP_FT: 180}, general)
    assert not found.servable
    assert "was not measured" in found.sentence


def test_a_model_compared_to_nothing_does_not_serve() -> None:
    """Someone who trains with one method alone would never know that it gained nothing."""
    found = _judged({TrainingMethod.LP_FT: 180})
    assert not found.servable
    assert found.baseline is None
    assert "what it has gained is unknown" in found.sentence


def test_a_recall_that_falls_by_just_what_it_may_is_accepted() -> None:
    """Binary fractions would decide whether a model may serve."""
    edge = GeneralSearch(queries=500, before=0.80, after=0.79)
    assert _judged({TrainingMethod.PROBE: 100, TrainingMethod.LP_FT: 180}, edge).servable


@pytest.mark.parametrize(
    ("method", "learnt_anyway"), [(TrainingMethod.PROBE, True), (TrainingMethod.TFIDF, False)]
)
def test_a_classifier_is_said_to_change_no_search(
    method: TrainingMethod, learnt_anyway: bool
) -> None:
    """People would switch to something that searches cannot use."""
    found = verdict([_outcome(method, 150)], TRUTH, (), method)
    assert not found.servable
    assert not found.searches
    assert found.lead is None
    assert found.sentence.startswith("It changes no search: ")
    assert ("/classify" in found.sentence) is learnt_anyway


def test_the_model_of_a_job_is_its_best_network_else_the_preferred_method() -> None:
    """A job would keep a model that nobody asked about, or none."""
    probe = _outcome(TrainingMethod.PROBE, 190)
    networks = [
        _outcome(TrainingMethod.LP_FT, 150),
        _outcome(TrainingMethod.WISE_LP_FT, 160),
    ]
    changing = {TrainingMethod.LP_FT, TrainingMethod.WISE_LP_FT, TrainingMethod.LORA}
    best = TrainingMethod.PROBE
    assert candidate([probe, *networks, FAILED], changing, best) is TrainingMethod.WISE_LP_FT
    assert candidate([probe, FAILED], changing, best) is TrainingMethod.PROBE
    assert candidate([FAILED], changing, None) is None
