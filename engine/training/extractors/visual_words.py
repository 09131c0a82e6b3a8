"""A bag of visual words as features (Csurka et al. 2004)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.classify.examples import Rows
from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features
from engine.training.data import TrainingData
from engine.training.extractors.extractor import require
from engine.training.extractors.prepared import prepared

DESCRIPTOR_LENGTH = 128
"""Of SIFT."""


@dataclass(frozen=True)
class VisualWordFeatures:
    """How often each visual word occurs, square roots of the counts.

    Attributes:
        encoder: fingerprint of the model whose preprocessing cuts the pictures.
        words: descriptors, float32 (W, 128).
    """

    encoder: str
    words: NDArray[np.float32]

    def features(self, data: TrainingData, rows: Rows) -> Features:
        """Describes the pictures and counts; one without any corner has zeros."""
        require(self.encoder, data.images.card)
        count = len(self.words)
        histograms = np.zeros((len(rows), max(count, 1)), dtype=np.float32)
        if count:
            half_squares = (self.words**2).sum(axis=1) / 2
            for place, descriptors in enumerate(described(data, rows)):
                nearest = (descriptors @ self.words.T - half_squares).argmax(axis=1)
                histograms[place] = np.sqrt(np.bincount(nearest, minlength=count))
        return unit_rows(histograms)


def described(data: TrainingData, rows: Rows) -> Iterator[Features]:
    """Descriptors of each row's picture: float32 (K, 128), L2-normalised."""
    return map(_root_sift, prepared(data, rows))


def _root_sift(picture: Image.Image) -> Features:
    """RootSIFT (Arandjelović and Zisserman 2012) of the corners found.

    Returns:
        float32 (K, 128), L2-normalised; none where there are no corners.
    """
    import cv2

    grey: NDArray[np.uint8] = np.asarray(picture.convert("L"))
    _, found = cv2.SIFT.create().detectAndCompute(grey, None)
    if found is None:
        return np.empty((0, DESCRIPTOR_LENGTH), dtype=np.float32)
    shares = found / np.maximum(found.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.sqrt(shares), dtype=np.float32)
