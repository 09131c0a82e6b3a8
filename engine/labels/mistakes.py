"""Labels that are probably wrong.

Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in
Dataset Labels") on what a classifier says of items that it has not learnt from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.labels.folds import LabelledFeatures, Numbers, folds

LEAST_GROUPS = 4
"""Different items that a class needs, so that a classifier can know it without the one judged."""

INVERSE_PENALTY = 30.0
"""C of the logistic regression: features of length one call for less than scikit-learn's 1."""

MAX_STEPS = 500


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


def likely_mistakes(examples: LabelledFeatures) -> list[Doubt]:
    """The labels that are probably wrong, least trusted first; none where labels are too few."""
    from cleanlab.filter import find_label_issues  # type: ignore[import-untyped]

    rows = examples.of_classes_with(LEAST_GROUPS)
    known, given = np.unique(examples.classes[rows], return_inverse=True)
    if len(known) < 2:
        return []
    probabilities = _out_of_fold(examples.take(rows), known)  # (N, C)
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


def _out_of_fold(examples: LabelledFeatures, known: Numbers) -> NDArray[np.float64]:
    """Probabilities, float64 (N, C), of each row by a classifier that has not seen its group."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    probabilities = np.zeros((len(examples), len(known)))
    for learnt, tested in folds(examples):
        model = LogisticRegression(C=INVERSE_PENALTY, max_iter=MAX_STEPS)
        model.fit(examples.features[learnt], examples.classes[learnt])
        columns = np.searchsorted(known, model.classes_)
        probabilities[np.ix_(tested, columns)] = model.predict_proba(examples.features[tested])
    return probabilities
