"""What classifiers learn from: features of labelled items, their classes and near-duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.encoders.ports import Features

Rows: TypeAlias = NDArray[np.intp]
"""int64 (N,): positions in an array, or class indices of its rows."""

LogProbabilities: TypeAlias = NDArray[np.float64]
"""float64 (N, C): natural logarithms; each row's probabilities sum to one."""


@dataclass(frozen=True)
class Examples:
    """Labelled items, each of one class.

    Attributes:
        features: float32 (N, D), L2-normalised.
        classes: int64 (N,), from 0 to `class_count` - 1.
        groups: int64 (N,); near-duplicates of each other share one, and are never split between
            what is learnt from and what is tested on.
        class_count: C; a class may have no example.
    """

    features: Features
    classes: Rows
    groups: Rows
    class_count: int

    def __len__(self) -> int:
        return len(self.classes)

    def take(self, rows: Rows | NDArray[np.bool_]) -> Examples:
        """Only these rows, of the same classes."""
        return Examples(
            self.features[rows], self.classes[rows], self.groups[rows], self.class_count
        )

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which classes have an example: bool (C,)."""
        return np.bincount(self.classes, minlength=self.class_count) > 0

    @property
    def memberships(self) -> NDArray[np.float32]:
        """One where an example is of a class, else zero: float32 (N, C)."""
        return np.eye(self.class_count, dtype=np.float32)[self.classes]

    @property
    def groups_per_class(self) -> Rows:
        """How many different items each class has, near-duplicates counted once: int64 (C,)."""
        pairs = np.unique(np.stack([self.classes, self.groups]), axis=1)
        return np.bincount(pairs[0], minlength=self.class_count)
