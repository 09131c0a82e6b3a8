"""The baseline for texts: logistic regression on words weighed by rarity."""

from __future__ import annotations

import numpy as np

from engine.classify.methods import MAX_STEPS, ProbeScorer
from engine.training.context import RunContext
from engine.training.data import TrainingData
from engine.training.extractors.tfidf import TfidfFeatures
from engine.training.methods.features import FeaturePredictor
from engine.training.snapshot import Split

INVERSE_PENALTY = 10.0


class TfidfMethod:
    """TF-IDF of words and pairs of words; the vocabulary is that of the training texts."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:  # noqa: ARG002
        """Counts words and fits."""
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        rows = data.rows(Split.TRAIN)
        extractor = TfidfFeatures.of([data.texts[row] for row in rows])
        features = extractor.features(data, np.arange(len(data.classes)))
        model = LogisticRegression(C=INVERSE_PENALTY, class_weight="balanced", max_iter=MAX_STEPS)
        model.fit(features[rows], data.classes[rows])
        return FeaturePredictor(ProbeScorer.of(model, data.class_count), features, extractor)
