"""Methods side by side: which to prefer, and why, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import Rows
from engine.schemas import Comparison, Interval, ItemKind, TrainingMethod
from engine.training.evaluation import Outcome, confusion, lead
from engine.training.snapshot import Snapshot

NAMES = {
    TrainingMethod.PIXELS: "logistic regression on raw pixels",
    TrainingMethod.VISUAL_WORDS: "logistic regression on visual words",
    TrainingMethod.TFIDF: "logistic regression on TF-IDF words",
    TrainingMethod.CBOW: "logistic regression on averaged CBOW word vectors",
    TrainingMethod.SKIP_GRAM: "logistic regression on averaged skip-gram word vectors",
    TrainingMethod.GLOVE: "logistic regression on averaged GloVe word vectors",
    TrainingMethod.ZERO_SHOT: "zero-shot by class names",
    TrainingMethod.PROTOTYPE: "class means of the model's features",
    TrainingMethod.PROBE: "a linear probe on the model's features",
    TrainingMethod.TIP_ADAPTER: "Tip-Adapter-F on the model's features",
    TrainingMethod.FROM_SCRATCH: "the same network from random weights",
    TrainingMethod.LP_FT: "a linear probe, then fine-tuning",
    TrainingMethod.WISE_LP_FT: "a linear probe, then fine-tuning, interpolated (WiSE-FT)",
    TrainingMethod.LORA: "low-rank adapters (LoRA)",
    TrainingMethod.WISE_LORA: "low-rank adapters, interpolated (WiSE-FT)",
    TrainingMethod.FINE_TUNING: "fine-tuning",
    TrainingMethod.WISE_FINE_TUNING: "fine-tuning, interpolated (WiSE-FT)",
    TrainingMethod.FLYP: "contrastive fine-tuning with label prompts (FLYP)",
    TrainingMethod.WISE_FLYP: "contrastive fine-tuning with label prompts, interpolated (WiSE-FT)",
    TrainingMethod.SETFIT: "contrastive fine-tuning",
    TrainingMethod.WISE_SETFIT: "contrastive fine-tuning, interpolated (WiSE-FT)",
}
"""How a sentence calls each method."""

NOUN = {ItemKind.IMAGE: "pictures", ItemKind.TEXT: "texts"}
SIMPLEST_FIRST = tuple(TrainingMethod)


def compare(
    snapshot: Snapshot, train: Rows, test: Rows, outcomes: Sequence[Outcome], note: str = ""
) -> Comparison:
    """The comparison of methods on one snapshot.

    Args:
        snapshot: that all have learnt from.
        train: rows that were learnt from.
        test: rows that were tested on, as `Outcome.answers` follow them.
        outcomes: in the order of the methods.
        note: what else has to be said, in a sentence.
    """
    truth = np.array([snapshot.rows[row].class_index for row in test], dtype=np.intp)
    judged = {each.result.method: each for each in outcomes if each.result.test_top1 is not None}
    right = {name: np.asarray(each.answers) == truth for name, each in judged.items()}
    best = _simplest_unbeaten(right) if right else None
    matrix: list[list[int]] = []
    if best is not None:
        answers = np.asarray(judged[best].answers, dtype=np.intp)
        matrix = confusion(truth, answers, len(snapshot.classes)).tolist()
    sentences = [_conclusion(judged, right, best, NOUN[snapshot.kind]), note]
    return Comparison(
        snapshot=snapshot.hash,
        kind=snapshot.kind,
        classes=[each.name for each in snapshot.classes],
        train_items=len(train),
        test_items=len(test),
        results=[each.result for each in outcomes],
        best=best,
        confusion=matrix,
        sentence=" ".join(filter(None, sentences)),
    )


Right = dict[TrainingMethod, NDArray[np.bool_]]
"""Of each method that was tested, whether it was right about each test row (N,)."""


def _leader(right: Right) -> TrainingMethod:
    return max(right, key=lambda name: float(right[name].mean()))


def _simplest_unbeaten(right: Right) -> TrainingMethod:
    """The simplest method that the most accurate one does not beat beyond chance."""
    leader = _leader(right)
    return next(
        name
        for name in SIMPLEST_FIRST
        if name in right and (name is leader or lead(right[leader], right[name]).low <= 0)
    )


def _conclusion(
    judged: dict[TrainingMethod, Outcome], right: Right, best: TrainingMethod | None, noun: str
) -> str:
    if best is None:
        return "No method could be tested, so there is nothing to compare."
    accuracy = judged[best].result.test_top1
    assert accuracy is not None
    said = (
        f"{_capitalised(NAMES[best])} is right for {accuracy.value:.0%} of {len(right[best])} "
        f"{noun} it had not seen (95 % interval {accuracy.low:.0%} to {accuracy.high:.0%})"
    )
    leader = _leader(right)
    if leader is not best:
        return (
            f"{said}. {_capitalised(NAMES[leader])} was right for {right[leader].mean():.0%}, but "
            f"{points(lead(right[leader], right[best]))} more may be chance, and the simpler one "
            "serves as well."
        )
    others = {name: each for name, each in right.items() if name is not best}
    if not others:
        return f"{said}."
    second = _leader(others)
    ahead = lead(right[best], right[second])
    verdict = "is more than chance explains" if ahead.low > 0 else "may be chance"
    return f"{said}, {points(ahead)} ahead of {NAMES[second]}, which {verdict}."


def points(ahead: Interval) -> str:
    """A lead and its interval in words, such as ``6 points (2 to 10)``."""
    return f"{100 * ahead.value:z.0f} points ({100 * ahead.low:z.0f} to {100 * ahead.high:z.0f})"


def _capitalised(name: str) -> str:
    return name[0].upper() + name[1:]
