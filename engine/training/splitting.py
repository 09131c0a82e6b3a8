"""Which rows are learnt from, chosen by, and tested on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
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


def split(sha256s: Sequence[str], classes: Rows, groups: Rows, seed: int) -> list[Split]:
    """The split of each row: stratified, and no content nor near-duplicate in two of them.

    A class of one item is learnt from, one of two is tested with the other.

    Args:
        sha256s: of the contents.
        classes: class indices (N,).
        groups: near-duplicates share a number (N,).
        seed: of the shuffle.
    """
    whole = _with_same_content(sha256s, groups)
    _, first, group_of_row = np.unique(whole, return_index=True, return_inverse=True)
    class_of_group = classes[first]
    shuffled = np.random.default_rng(seed).permutation(len(first))
    split_of_group = [Split.TRAIN] * len(first)
    for class_index in np.unique(class_of_group):
        members = shuffled[class_of_group[shuffled] == class_index]
        tested, validated = _counts(len(members))
        for place, group in enumerate(members[: tested + validated]):
            split_of_group[group] = Split.TEST if place < tested else Split.VALIDATION
    return [split_of_group[group] for group in group_of_row]


def _counts(items: int) -> tuple[int, int]:
    """How many different items of a class are tested on, and validated with."""
    if items < 2:
        return 0, 0
    tested = max(1, round(TEST_SHARE * items))
    return tested, max(1, round(VALIDATION_SHARE * items)) if items >= LEAST_VALIDATED else 0


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
