"""The pictures of a snapshot as the inputs of a network."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.classify.examples import Rows
from engine.encoders.ports import EncoderCard, Pixels
from engine.training.pictures import OriginalPictures, prepared_pictures
from engine.training.preprocessing import Preprocessing


class PictureInputs:
    """What every `PictureBackbone` does alike.

    Args:
        card: of the network.
        preprocessing: the network's own.
        originals: of every row.

    Attributes:
        pictures: as the network sees them.
    """

    def __init__(
        self, card: EncoderCard, preprocessing: Preprocessing, originals: OriginalPictures
    ) -> None:
        self.card = card
        self._preprocessing = preprocessing
        self.pictures = prepared_pictures(originals, self.prepare, preprocessing.size_px)

    def prepare(self, picture: Image.Image) -> Pixels:
        """The network's preprocessing but for what `normalised` does: (3, H, W)."""
        return self._preprocessing.pixels(picture)

    def inputs(self, rows: Rows, random: np.random.Generator | None = None) -> torch.Tensor:
        """Normalised pictures: float32 (N, 3, H, W)."""
        return self.normalised(self.pictures.pixels[rows], random)

    def normalised(
        self, pixels: NDArray[np.uint8], random: np.random.Generator | None = None
    ) -> torch.Tensor:
        """What a tower takes for pictures of which `prepare` has made pixels, on the device.

        Args:
            pixels: (N, 3, H, W).
            random: alters each picture as it may look another time.
        """
        return self._preprocessing.normalised(pixels, random).to(self.card.device)
