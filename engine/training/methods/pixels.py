"""The seed's baselines for pictures: raw pixels, and a bag of visual words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features
from engine.training.context import RunContext, Stopped
from engine.training.data import TrainingData
from engine.training.methods.features import FeaturePredictor, fitted_probe
from engine.training.snapshot import Split

SIDE_PX = 32

WORDS = 256
MOST_DESCRIPTORS = 50_000
"""Of the training pictures, drawn at random; words are clusters of them."""


class PixelsMethod:
    """Logistic regression on 32 × 32 pixels."""

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:
        """Shrinks the pictures, centres them on the mean training picture, and fits."""
        small = np.empty((len(data.classes), SIDE_PX * SIDE_PX * 3), dtype=np.float32)
        for row, picture in _pictures(data, context):
            shrunk = picture.resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
            small[row] = np.asarray(shrunk, dtype=np.float32).ravel() / 255
        features = unit_rows(small - small[data.rows(Split.TRAIN)].mean(axis=0))
        return FeaturePredictor(fitted_probe(data, features), features)


class VisualWordsMethod:
    """Logistic regression on how often each visual word occurs (Csurka et al. 2004).

    Descriptors are RootSIFT (Arandjelović and Zisserman 2012), words their k-means clusters.
    """

    def run(self, data: TrainingData, context: RunContext) -> FeaturePredictor:
        """Describes the pictures, finds the words in the training ones, and fits."""
        from sklearn.cluster import MiniBatchKMeans  # type: ignore[import-untyped]

        described = [np.empty((0, 128), dtype=np.float32)] * len(data.classes)
        for row, picture in _pictures(data, context):
            described[row] = _root_sift(picture)
        pool = np.concatenate([described[row] for row in data.rows(Split.TRAIN)])
        random = np.random.default_rng(context.seed)
        drawn = random.permutation(len(pool))[:MOST_DESCRIPTORS]
        words = min(WORDS, len(drawn))
        histograms = np.zeros((len(data.classes), max(words, 1)), dtype=np.float32)
        if words:
            means = MiniBatchKMeans(words, random_state=context.seed, n_init=1).fit(pool[drawn])
            for row, descriptors in enumerate(described):
                if len(descriptors):
                    found = means.predict(descriptors)
                    histograms[row] = np.sqrt(np.bincount(found, minlength=words))
        features = unit_rows(histograms)
        return FeaturePredictor(fitted_probe(data, features), features)


def _pictures(data: TrainingData, context: RunContext) -> Iterator[tuple[int, Image.Image]]:
    pixels = data.images.pictures.pixels
    for row in range(len(pixels)):
        if context.stop_asked():
            raise Stopped
        yield row, Image.fromarray(np.ascontiguousarray(pixels[row].transpose(1, 2, 0)))


def _root_sift(picture: Image.Image) -> Features:
    """Descriptors of the corners found, float32 (K, 128), L2-normalised; of none where none are."""
    import cv2

    grey: NDArray[np.uint8] = np.asarray(picture.convert("L"))
    _, found = cv2.SIFT.create().detectAndCompute(grey, None)
    if found is None:
        return np.empty((0, 128), dtype=np.float32)
    shares = found / np.maximum(found.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.sqrt(shares), dtype=np.float32)
