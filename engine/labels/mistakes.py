"""Labels that are probably wrong.

Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in
Dataset Labels") on what a classifier says of items that it has not learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.classify import Examples
from engine.classify.cross_validation import out_of_fold, split
from engine.classify.methods import Probe

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
