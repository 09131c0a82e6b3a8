"""The baseline for texts: logistic regression on words weighed by rarity."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.classify.examples import LogProbabilities, Rows
from engine.classify.methods import MAX_STEPS
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.snapshot import Split

INVERSE_PENALTY = 10.0
WORDS_IN_A_ROW = (1, 2)

WORD = r"\w+|[^\w\s]+"
"""A run of letters or of other signs, so that a text of emoji has words, too."""


class TfidfMethod:
    """TF-IDF of words and pairs of words; the vocabulary is that of the training texts."""

    def run(self, data: TrainingData, context: RunContext) -> TfidfPredictor:  # noqa: ARG002
        """Counts words and fits."""
        from sklearn.feature_extraction.text import (  # type: ignore[import-untyped]
            TfidfVectorizer,
        )
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        rows = data.rows(Split.TRAIN)
        vectorizer = TfidfVectorizer(
            sublinear_tf=True, ngram_range=WORDS_IN_A_ROW, token_pattern=WORD
        )
        model = LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=MAX_STEPS)
        model.fit(vectorizer.fit_transform([data.texts[row] for row in rows]), data.classes[rows])
        return TfidfPredictor(data, vectorizer, model)


class TfidfPredictor:
    """A fitted vocabulary and regression."""

    def __init__(self, data: TrainingData, vectorizer: Any, model: Any) -> None:  # noqa: ANN401
        self._data = data
        self._vectorizer = vectorizer
        self._model = model

    def log_probabilities(self, rows: Rows) -> LogProbabilities:
        """Of each class (N, C)."""
        found = np.full((len(rows), self._data.class_count), -np.inf)
        counts = self._vectorizer.transform([self._data.texts[row] for row in rows])
        found[:, self._model.classes_] = self._model.predict_log_proba(counts)
        return found
