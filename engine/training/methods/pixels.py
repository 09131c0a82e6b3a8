"""The seed's baselines for pictures: raw pixels, and a bag of visual words."""

from __future__ import annotations

import numpy as np

from engine.classify.examples import Rows
from engine.encoders.ports import Features
from engine.training.backbone import batches
from engine.training.context import RunContext, Stopped
from engine.training.data import TrainingData
from engine.training.extractors import Extractor
from engine.training.extractors.pixels import PixelFeatures, small_pictures
from engine.training.extractors.visual_words import VisualWordFeatures, described
from engine.training.methods.features import FeaturePredictor, fitted_probe
from engine.training.snapshot import Split

WORDS = 256
MOST_DESCRIPTORS = 50_000
"""Of the training pictures, drawn at random; words are clusters of them."""


class PixelsMethod:
    """Logistic regression on 32 × 32 pixels."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:
        """Finds the mean training picture, and fits."""
        mean = small_pictures(data, data.rows(Split.TRAIN)).mean(axis=0)
        return _fitted(PixelFeatures(data.images.card.fingerprint, mean), data, context)


class VisualWordsMethod:
    """Logistic regression on how often each visual word occurs (Csurka et al. 2004)."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:
        """Finds the words in the training pictures, k-means of their descriptors, and fits."""
        words = _words(data, data.rows(Split.TRAIN), context)
        return _fitted(VisualWordFeatures(data.images.card.fingerprint, words), data, context)


def _words(data: TrainingData, rows: Rows, context: RunContext) -> Features:
    from sklearn.cluster import MiniBatchKMeans  # type: ignore[import-untyped]

    parts: list[Features] = []
    for part in batches(rows):
        _unless_stopped(context)
        parts += described(data, part)
    pool = np.concatenate(parts)
    random = np.random.default_rng(context.seed)
    drawn = random.permutation(len(pool))[:MOST_DESCRIPTORS]
    if not len(drawn):
        return pool
    means = MiniBatchKMeans(min(WORDS, len(drawn)), random_state=context.seed, n_init=1)
    return np.asarray(means.fit(pool[drawn]).cluster_centers_, dtype=np.float32)


def _fitted(extractor: Extractor, data: TrainingData, context: RunContext) -> FeaturePredictor:
    """A probe on the extractor's features of all rows."""
    parts = []
    for part in batches(np.arange(len(data.classes))):
        _unless_stopped(context)
        parts.append(extractor.features(data, part))
    features = np.concatenate(parts)
    return FeaturePredictor(fitted_probe(data, features), features, extractor)


def _unless_stopped(context: RunContext) -> None:
    if context.stop_asked():
        raise Stopped
