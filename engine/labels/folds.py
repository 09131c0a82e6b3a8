"""Splits of labelled items into those to learn from and those to test on.

Near-duplicates stay together: whoever has seen an item knows its copies, and would look better
than they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.encoders.ports import Features

Numbers: TypeAlias = NDArray[np.int64]
"""int64 (N,)."""

MAX_FOLDS = 5


@dataclass(frozen=True)
class LabelledFeatures:
    """Items with the class a team agrees on, of which each has one.

    Attributes:
        features: float32 (N, D), L2-normalised.
        classes: int64 (N,), each from 0 on.
        groups: int64 (N,); items that are near-duplicates of each other share one.
        random: bool (N,); whether a session drew it at random. Only such items can say how good a
            classifier is on the whole library: what people pick is clearer than what is there.
    """

    features: Features
    classes: Numbers
    groups: Numbers
    random: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.classes)

    def of_classes_with(self, least_groups: int) -> Numbers:
        """The rows of classes that have at least so many groups."""
        classes, counts = self._groups_by_class()
        return np.flatnonzero(np.isin(self.classes, classes[counts >= least_groups]))

    def fewest_groups(self) -> int:
        """How many groups the class with the fewest has."""
        return int(self._groups_by_class()[1].min())

    def take(self, rows: Numbers) -> LabelledFeatures:
        """Only these rows."""
        return LabelledFeatures(
            self.features[rows], self.classes[rows], self.groups[rows], self.random[rows]
        )

    def _groups_by_class(self) -> tuple[Numbers, Numbers]:
        pairs = np.unique(np.stack([self.classes, self.groups]), axis=1)
        return np.unique(pairs[0], return_counts=True)


def folds(examples: LabelledFeatures, *, seed: int = 0) -> Iterator[tuple[Numbers, Numbers]]:
    """Rows to learn from and rows to test on, so that each row is tested once.

    Args:
        examples: each class has at least two groups.
        seed: of the shuffle.
    """
    from sklearn.model_selection import StratifiedGroupKFold  # type: ignore[import-untyped]

    splitter = StratifiedGroupKFold(
        min(MAX_FOLDS, examples.fewest_groups()), shuffle=True, random_state=seed
    )
    yield from splitter.split(examples.features, examples.classes, examples.groups)
