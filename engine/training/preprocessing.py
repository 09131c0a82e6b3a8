"""A library's own preprocessing of pictures, in two halves with uint8 pixels between them.

The first is done once for each picture, and kept on disk; the second with each look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.encoders.ports import Pixels
from engine.training.augmentation import augmented


@dataclass(frozen=True)
class Preprocessing:
    """Pictures to what a tower takes.

    Attributes:
        whole: the library's: a picture to float32 (3, H, W), normalised.
        mean: that it takes away, of each colour.
        std: by which it divides.
        size_px: H and W.
    """

    whole: Callable[[Image.Image], torch.Tensor]
    mean: Sequence[float]
    std: Sequence[float]
    size_px: tuple[int, int]

    def pixels(self, picture: Image.Image) -> Pixels:
        """All but the normalisation: (3, H, W)."""
        normalised = self.whole(picture.convert("RGB"))[None]
        levels = (normalised * _colours(self.std) + _colours(self.mean)) * 255
        return levels[0].round().clamp(0, 255).to(torch.uint8).numpy()

    def normalised(
        self, pixels: NDArray[np.uint8], random: np.random.Generator | None = None
    ) -> torch.Tensor:
        """What a tower takes: float32 (N, 3, H, W).

        Args:
            pixels: (N, 3, H, W).
            random: alters each picture as it may look another time.
        """
        pictures = torch.from_numpy(pixels).float() / 255
        if random is not None:
            pictures = augmented(pictures, random)
        return (pictures - _colours(self.mean)) / _colours(self.std)


def _colours(numbers: Sequence[float]) -> torch.Tensor:
    return torch.tensor(numbers).view(1, 3, 1, 1)
