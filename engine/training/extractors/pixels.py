"""Raw pixels as features."""

from __future__ import annotations

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

SIDE_PX = 32


@dataclass(frozen=True)
class PixelFeatures:
    """Pictures of 32 × 32 pixels, centred on the mean training picture.

    Attributes:
        encoder: fingerprint of the model whose preprocessing cuts the pictures.
        mean: float32 (3072,).
    """

    encoder: str
    mean: NDArray[np.float32]

    def features(self, data: TrainingData, rows: Rows) -> Features:
        """Shrinks the pictures and takes the mean away."""
        require(self.encoder, data.images.card)
        return unit_rows(small_pictures(data, rows) - self.mean)


def small_pictures(data: TrainingData, rows: Rows) -> NDArray[np.float32]:
    """Pictures shrunk to 32 × 32 pixels, from 0 to 1: (N, 3072)."""
    small = np.empty((len(rows), SIDE_PX * SIDE_PX * 3), dtype=np.float32)
    for place, picture in enumerate(prepared(data, rows)):
        shrunk = picture.resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
        small[place] = np.asarray(shrunk, dtype=np.float32).ravel() / 255
    return small
