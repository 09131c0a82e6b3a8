"""Words weighed by rarity as features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.classify.examples import Rows
from engine.encoders.ports import Features
from engine.training.data import TrainingData
from engine.training.words import WORD

WORDS_IN_A_ROW = (1, 2)


@dataclass(frozen=True)
class TfidfFeatures:
    """TF-IDF of words and pairs of words.

    Attributes:
        vocabulary: the place of each.
        rarity: inverse document frequency by place (V,).
    """

    vocabulary: Mapping[str, int]
    rarity: NDArray[np.float64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Counts the words of the texts that are learnt from."""
        vectorizer = _vectorizer().fit(texts)
        vocabulary = {word: int(place) for word, place in vectorizer.vocabulary_.items()}
        return cls(vocabulary, vectorizer.idf_)

    def features(self, data: TrainingData, rows: Rows) -> Features:
        """Weighs the words of rows: SciPy's sparse (N, V), which multiplies as an array does."""
        vectorizer = _vectorizer(self.vocabulary)
        vectorizer.idf_ = self.rarity
        weighed: Features = vectorizer.transform([data.texts[row] for row in rows])
        return weighed


def _vectorizer(vocabulary: Mapping[str, int] | None = None) -> Any:  # noqa: ANN401
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    return TfidfVectorizer(
        sublinear_tf=True,
        ngram_range=WORDS_IN_A_ROW,
        token_pattern=WORD,
        vocabulary=vocabulary,
    )
