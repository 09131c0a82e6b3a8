"""How a classifier answered and how good it is, in words."""

from __future__ import annotations

from collections.abc import Mapping

from engine.classify import Evidence
from engine.schemas import ClassifierMethod, ItemKind, MethodReport

BY = {
    ClassifierMethod.ZERO_SHOT: "By the names of the classes alone",
    ClassifierMethod.NEAREST: "By the nearest labelled examples",
    ClassifierMethod.PROTOTYPE: "By the mean of each class",
    ClassifierMethod.PROBE: "By a linear probe trained on your labels",
}

NOUN = {ItemKind.IMAGE: "pictures", ItemKind.TEXT: "texts"}


def method_report(evidence: Evidence, unusable: Mapping[str, int], kind: ItemKind) -> MethodReport:
    """The report on what served.

    Args:
        evidence: the method, and how it did.
        unusable: labelled items that could not be learnt from, by reason.
        kind: of the items.
    """
    sentences = [f"{BY[evidence.method]}{_how_good(evidence, NOUN[kind])}"]
    sentences += [f"Not used: {count}, as {reason}." for reason, count in unusable.items()]
    return MethodReport(
        method=evidence.method,
        accuracy=evidence.accuracy,
        examples=evidence.examples,
        sentence=" ".join(sentences),
    )


def _how_good(evidence: Evidence, noun: str) -> str:
    if not evidence.examples:
        return f"; nobody has labelled {noun} yet that I may learn from. A few of each class help."
    if evidence.accuracy is None:
        return (
            f", with {evidence.examples} labelled {noun} to learn from: too few to say how good "
            "that is. Label some more of each class."
        )
    share = evidence.accuracy
    return (
        f": right for {share.value:.0%} of {evidence.tested} labelled {noun} that it had not seen "
        f"(95 % interval {share.low:.0%} to {share.high:.0%})."
    )
