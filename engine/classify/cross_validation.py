"""What a method says of examples that it has not learnt from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import Examples, Rows
from engine.encoders.ports import Features

LEAVE_ONE_OUT_BELOW = 30
MORE_FOLDS_BELOW = 200
"""Of few examples more are learnt from: a classifier of a fifth less would be another one."""


def fold_count(groups: int) -> int:
    """In how many parts so many groups are split."""
    if groups < LEAVE_ONE_OUT_BELOW:
        return groups
    return 10 if groups < MORE_FOLDS_BELOW else 5


def split(examples: Examples, seed: int) -> Rows:
    """The fold of each example: int64 (N,).

    Groups are dealt out class by class: every fold has its part of each class, and a class of one
    group is as welcome as any other (scikit-learn's StratifiedGroupKFold warns of those).
    """
    _, first, group_of_row = np.unique(examples.groups, return_index=True, return_inverse=True)
    shuffled = np.random.default_rng(seed).permutation(len(first))
    by_class = np.lexsort((shuffled, examples.classes[first]))
    fold_of_group = np.empty(len(first), dtype=np.intp)
    fold_of_group[by_class] = np.arange(len(first)) % fold_count(len(first))
    return fold_of_group[group_of_row]


def out_of_fold(
    fit: Callable[[Examples], Callable[[Features], NDArray[np.float64]]],
    examples: Examples,
    fold_of: Rows,
) -> NDArray[np.float64]:
    """Scores of every example by a classifier that saw neither it nor its near-duplicates.

    Args:
        fit: learns from examples and returns what scores features.
        examples: in more than one group.
        fold_of: from `split`.

    Returns:
        float64 (N, C).
    """
    scores = np.empty((len(examples), examples.class_count))
    for fold in np.unique(fold_of):
        tested = fold_of == fold
        scores[tested] = fit(examples.take(~tested))(examples.features[tested])
    return scores
