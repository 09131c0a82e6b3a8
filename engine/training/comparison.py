"""Methods side by side: which to prefer, and why, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import Rows
from engine.schemas import Comparison, Interval, ItemKind, TrainingMethod
from engine.training.evaluation import Outcome, confusion, lead
from engine.training.preferring import Right, leader, preferred
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


def compare(
    snapshot: Snapshot,
    train: Rows,
    test: Rows,
    outcomes: Sequence[Outcome],
    note: str = "",
    *,
    device: str = "",
) -> Comparison:
    """The comparison of methods on one snapshot.

    Args:
        snapshot: that all have learnt from.
        train: rows that were learnt from.
        test: rows that were tested on, as `Outcome.answers` follow them.
        outcomes: in the order of the methods.
        note: what else has to be said, in a sentence.
        device: that trained.
    """
    classes = np.array([row.class_index for row in snapshot.rows], dtype=np.intp)
    truth = classes[test]
    judged = {each.result.method: each for each in outcomes if each.result.test_top1 is not None}
    right = {name: np.asarray(each.answers) == truth for name, each in judged.items()}
    best = preferred(outcomes, test, classes)
    matrix: list[list[int]] = []
    if best is not None:
        answers = np.asarray(judged[best].answers, dtype=np.intp)
        matrix = confusion(truth, answers, len(snapshot.classes)).tolist()
    noun = NOUN[snapshot.kind]
    sentences = [_conclusion(judged, right, best, noun), _of_folds(snapshot.fold_count, noun), note]
    return Comparison(
        snapshot=snapshot.hash,
        kind=snapshot.kind,
        classes=[each.name for each in snapshot.classes],
        train_items=len(train),
        test_items=len(test),
        folds=snapshot.fold_count,
        device=device,
        results=[each.result for each in outcomes],
        best=best,
        confusion=matrix,
        sentence=" ".join(filter(None, sentences)),
    )


def _conclusion(
    judged: Mapping[TrainingMethod, Outcome], right: Right, best: TrainingMethod | None, noun: str
) -> str:
    if best is None:
        return "No method could be tested, so there is nothing to compare."
    accuracy = judged[best].result.test_top1
    assert accuracy is not None
    said = (
        f"{_capitalised(NAMES[best])} is right for {accuracy.value:.0%} of {len(right[best])} "
        f"{noun} it had not seen (95 % interval {accuracy.low:.0%} to {accuracy.high:.0%})"
    )
    first = leader(right)
    if right[first].mean() > right[best].mean():
        return f"{said}. {_of_the_first(first, right[first], right[best])}"
    others = {name: each for name, each in right.items() if name is not best}
    if not others:
        return f"{said}."
    second = leader(others)
    ahead = lead(right[best], right[second])
    verdict = "is more than chance explains" if ahead.low > 0 else "may be chance"
    return f"{said}, {points(ahead)} ahead of {NAMES[second]}, which {verdict}."


def _of_the_first(name: TrainingMethod, right: NDArray[np.bool_], best: NDArray[np.bool_]) -> str:
    """What is said of a method that the test found more accurate than the one that was chosen."""
    more = lead(right, best)
    said = f"{_capitalised(NAMES[name])} was right for {right.mean():.0%}, {points(more)} more, "
    if more.low <= 0:
        return f"{said}which may be chance."
    return f"{said}as only the test could tell, which must not choose; more labels may show it."


def _of_folds(count: int, noun: str) -> str:
    if not count:
        return ""
    return (
        f"There are few labels, so each of the {noun} was tested on once, in {count} folds, by a "
        "model that had learnt from the others; what is kept learns from all."
    )


def points(ahead: Interval) -> str:
    """A lead and its interval in words, such as ``6 points (2 to 10)``."""
    return f"{100 * ahead.value:z.0f} points ({100 * ahead.low:z.0f} to {100 * ahead.high:z.0f})"


def _capitalised(name: str) -> str:
    return name[0].upper() + name[1:]
