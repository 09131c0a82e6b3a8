"""Labels that are probably wrong.

Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in
Dataset Labels") on what a classifier says of items that it has not learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.classify import Examples
from engine.classify.cross_validation import out_of_fold, split
from engine.classify.examples import Rows
from engine.classify.methods import Probe
from engine.encoders.ports import Features

LEAST_GROUPS = 4
"""Different items that a class needs, so that a classifier can know it without the one judged."""

PROBE = Probe(inverse_penalty=30.0)
"""Found most of the slips made on purpose (`docs/adr/0018-team-quality.md`)."""


@dataclass(frozen=True)
class Doubt:
    """A label that is probably wrong.

    Attributes:
        row: of the example.
        likely: the class it probably is.
        confidence: in the class given, from 0 to 1.
    """

    row: int
    likely: int
    confidence: float


def likely_mistakes(examples: Examples) -> list[Doubt]:
    """The labels that are probably wrong, least trusted first; none where labels are too few."""
    from cleanlab.filter import find_label_issues  # type: ignore[import-untyped]

    rows = np.flatnonzero(examples.groups_per_class[examples.classes] >= LEAST_GROUPS)
    known, given = np.unique(examples.classes[rows], return_inverse=True)
    if len(known) < 2:
        return []
    judged = Examples(examples.features[rows], given, examples.groups[rows], len(known))
    probabilities = np.exp(out_of_fold(PROBE.fit, judged, split(judged, seed=0)))  # (N, C)
    doubted = find_label_issues(
        given,
        probabilities,
        return_indices_ranked_by="self_confidence",
        filter_by="both",
        n_jobs=1,
    )
    return [
        Doubt(
            row=int(rows[index]),
            likely=int(known[probabilities[index].argmax()]),
            confidence=float(probabilities[index, given[index]]),
        )
        for index in doubted
    ]


@dataclass(frozen=True)
class ClassDoubt:
    """A class that an item probably lacks although it was given, or has although it was not.

    Attributes:
        row: of the item.
        given: whether it has the class.
        confidence: in that, from 0 to 1.
    """

    row: int
    class_index: int
    given: bool
    confidence: float


def likely_mistakes_by_class(
    features: Features, memberships: NDArray[np.bool_], groups: Rows
) -> list[ClassDoubt]:
    """The same where items may have several classes: each class is a question of its own.

    Args:
        features: float32 (N, D), L2-normalised.
        memberships: bool (N, C): which items have which classes.
        groups: int64 (N,): of near-duplicates.
    """
    doubts = [
        ClassDoubt(doubt.row, column, bool(has_it[doubt.row]), doubt.confidence)
        for column, has_it in enumerate(memberships.T)
        for doubt in likely_mistakes(Examples(features, has_it.astype(np.intp), groups, 2))
    ]
    return sorted(doubts, key=lambda doubt: doubt.confidence)
