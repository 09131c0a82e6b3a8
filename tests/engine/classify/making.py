"""Features that are easy or hard to tell apart."""

from __future__ import annotations

import numpy as np

from engine.classify import Examples, ZeroShot
from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features

DIMENSIONS = 64
LOGIT_SCALE = 20.0


def directions(count: int, seed: int = 0) -> Features:
    """Random directions: float32 (count, 64), L2-normalised."""
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSIONS))
    return unit_rows(rows.astype(np.float32))


class World:
    """Classes around random directions, with items of each and words that point near them.

    Args:
        class_count: how many classes.
        noise: length of what is added to an item's direction; at 1 classes are easy to tell.
        word_noise: the same of the words.
        seed: of everything.
    """

    def __init__(
        self, class_count: int, *, noise: float = 1.0, word_noise: float = 1.0, seed: int = 0
    ) -> None:
        self.class_count = class_count
        self._noise = noise
        self._state = np.random.default_rng(seed)
        self._centres = directions(class_count, seed)
        words = self._centres + word_noise * directions(class_count, seed + 1)
        self.words = ZeroShot(unit_rows(words), LOGIT_SCALE)

    def items(self, *counts: int) -> Examples:
        """So many items of each class, no two of them near-duplicates."""
        classes = np.repeat(np.arange(self.class_count), counts)
        noise = unit_rows(self._state.normal(size=(len(classes), DIMENSIONS)).astype(np.float32))
        features = unit_rows(self._centres[classes] + np.float32(self._noise) * noise)
        return Examples(features, classes, np.arange(len(classes)), self.class_count)

    def evenly(self, count: int) -> Examples:
        """So many items of every class."""
        return self.items(*[count] * self.class_count)
