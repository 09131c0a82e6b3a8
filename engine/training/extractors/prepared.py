"""Pictures as the model that serves sees them, for extractors that do without it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image

from engine.classify.examples import Rows
from engine.training.data import TrainingData


def prepared(data: TrainingData, rows: Rows) -> Iterator[Image.Image]:
    """The pictures of rows, cut and scaled by the model's preprocessing; black where unreadable."""
    pixels = data.images.pictures.pixels
    return (Image.fromarray(np.ascontiguousarray(pixels[row].transpose(1, 2, 0))) for row in rows)
