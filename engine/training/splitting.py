"""Which rows are learnt from, chosen by, and tested on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped]
    connected_components,
)

from engine.classify.examples import Rows
from engine.training.snapshot import Split

TEST_SHARE = 0.25
VALIDATION_SHARE = 0.15

LEAST_VALIDATED = 6
"""Different items of a class; with fewer, all that are not tested on are learnt from."""

FOLDS = 5
"""Each model learns from four fifths of what there is (Hastie et al. 2009, 7.10.1)."""

FEW_ITEMS = 8
"""Different items of the smallest class; with fewer, its test items would be one or two."""

LEAST_TESTED = 39
"""Test items from which Wilson's 95 % interval is narrower than ±15 points, whatever the share."""


def split(sha256s: Sequence[str], classes: Rows, groups: Rows, seed: int) -> list[Split]:
    """The split of each row: stratified, and no content nor near-duplicate in two of them.

    A class of one item is learnt from, one of two is tested with the other.

    Args:
        sha256s: of the contents.
        classes: class indices (N,).
        groups: near-duplicates share a number (N,).
        seed: of the shuffle.
    """
    groups_of_class, group_of_row = _shuffled(sha256s, classes, groups, seed)
    split_of_group: dict[int, Split] = {}
    for members in groups_of_class:
        tested, validated = _counts(len(members))
        for place, group in enumerate(members[: tested + validated]):
            split_of_group[group] = Split.TEST if place < tested else Split.VALIDATION
    return [split_of_group.get(group, Split.TRAIN) for group in group_of_row]


def is_tiny(classes: Rows, groups: Rows, splits: Sequence[Split]) -> bool:
    """Whether one split would leave too little to test on.

    Args:
        classes: class indices (N,).
        groups: near-duplicates share a number (N,).
        splits: of each row, as `split` gives them.
    """
    smallest = min(len(np.unique(groups[classes == each])) for each in np.unique(classes))
    return smallest < FEW_ITEMS or splits.count(Split.TEST) < LEAST_TESTED


def folds(sha256s: Sequence[str], classes: Rows, groups: Rows, seed: int) -> list[int]:
    """The fold of each row: stratified, and no content nor near-duplicate in two of them.

    A class of one item has none (-1): it is learnt from only.
    """
    groups_of_class, group_of_row = _shuffled(sha256s, classes, groups, seed)
    count = min(FOLDS, max(map(len, groups_of_class), default=1))
    fold_of_group: dict[int, int] = {}
    dealt = 0
    for members in groups_of_class:
        if len(members) > 1:
            for group in members:
                fold_of_group[group] = dealt % count
                dealt += 1
    return [fold_of_group.get(group, -1) for group in group_of_row]


def held_out(
    sha256s: Sequence[str], classes: Rows, groups: Rows, tested: NDArray[np.bool_], seed: int
) -> list[Split]:
    """Splits of which the test rows are given; of the others, some validate.

    Args:
        sha256s: of the contents.
        classes: class indices (N,).
        groups: near-duplicates share a number (N,).
        tested: bool (N,).
        seed: of the shuffle.
    """
    learnt = np.flatnonzero(~tested)
    groups_of_class, group_of_row = _shuffled(
        [sha256s[row] for row in learnt.tolist()], classes[learnt], groups[learnt], seed
    )
    validating = {
        group for members in groups_of_class for group in members[: _validated(len(members))]
    }
    found = [Split.TEST] * len(classes)
    for row, group in zip(learnt, group_of_row, strict=True):
        found[row] = Split.VALIDATION if group in validating else Split.TRAIN
    return found


def _shuffled(
    sha256s: Sequence[str], classes: Rows, groups: Rows, seed: int
) -> tuple[list[list[int]], list[int]]:
    """The different items of each class in a random order, and which of them each row is."""
    whole = _with_same_content(sha256s, groups)
    _, first, group_of_row = np.unique(whole, return_index=True, return_inverse=True)
    class_of_group = classes[first]
    shuffled = np.random.default_rng(seed).permutation(len(first))
    groups_of_class = [
        shuffled[class_of_group[shuffled] == each].tolist() for each in np.unique(class_of_group)
    ]
    return groups_of_class, group_of_row.tolist()


def _counts(items: int) -> tuple[int, int]:
    """How many different items of a class are tested on, and validated with."""
    if items < 2:
        return 0, 0
    return max(1, round(TEST_SHARE * items)), _validated(items)


def _validated(items: int) -> int:
    return max(1, round(VALIDATION_SHARE * items)) if items >= LEAST_VALIDATED else 0


def _with_same_content(sha256s: Sequence[str], groups: Rows) -> Rows:
    """Groups joined where they hold the same bytes: (N,)."""
    count = len(sha256s)
    _, content = np.unique(np.asarray(sha256s), return_inverse=True)
    _, group = np.unique(groups, return_inverse=True)
    rows = np.arange(count)
    ones = np.concatenate([rows, rows])
    others = np.concatenate([count + content, 2 * count + group])
    links = coo_array((np.ones(2 * count, np.bool_), (ones, others)), shape=(3 * count,) * 2)
    _, joined = connected_components(links, directed=False)
    return np.asarray(joined[:count], dtype=np.intp)
