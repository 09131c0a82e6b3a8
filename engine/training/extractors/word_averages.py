"""Weighted means of words' vectors as features of texts (SIF, Arora, Liang and Ma 2017)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import Rows
from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features
from engine.training.data import TrainingData
from engine.training.words import words_of

A = 1e-3
"""The paper's a; anything from 1e-4 to 1e-3 served it alike."""


@dataclass(frozen=True)
class WordAverages:
    """A word counts a / (a + p(word)), so that frequent ones decide little.

    The paper also takes out the direction that all texts have in common. Between a few classes that
    may be the one that tells them apart, and a probe can ignore it by itself.

    Attributes:
        vocabulary: the place of each word in `vectors`.
        vectors: float32 (V, D).
        weights: of the words, float32 (V,).
    """

    vocabulary: Mapping[str, int]
    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]

    @classmethod
    def of(
        cls, words: Sequence[str], vectors: NDArray[np.float32], frequencies: Counter[str]
    ) -> Self:
        """Averages of words' vectors.

        Args:
            words: in the order of the vectors.
            vectors: float32 (V, D).
            frequencies: how often each word occurs; one that is not there is as rare as can be.
        """
        shares = np.array([frequencies[word] for word in words]) / max(frequencies.total(), 1)
        vocabulary = {word: place for place, word in enumerate(words)}
        return cls(vocabulary, vectors, (A / (A + shares)).astype(np.float32))

    def features(self, data: TrainingData, rows: Rows) -> Features:
        """Averages the words of rows; zeros for a text of which no word is known."""
        means = np.zeros((len(rows), self.vectors.shape[1]), dtype=np.float32)
        for place, row in enumerate(rows):
            words = [
                self.vocabulary[word]
                for word in words_of(data.texts[row])
                if word in self.vocabulary
            ]
            if words:
                means[place] = self.weights[words] @ self.vectors[words]
        return unit_rows(means)
