"""Pictures by their raw pixels: what a map without any model shows."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.encoders.ports import Features
from engine.maps.layout import Groups

SIDE_PX = 32
GREY = (128, 128, 128)

SmallPictures = NDArray[np.float32]
"""float32 (N, 32, 32, 3), RGB from 0 to 1."""

COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "red": (255, 0, 0),
    "orange": (255, 140, 0),
    "yellow": (255, 225, 0),
    "green": (0, 160, 0),
    "blue": (0, 80, 255),
    "purple": (140, 0, 180),
    "pink": (255, 130, 190),
    "brown": (130, 80, 30),
}
"""The eight basic colour terms that are not grey (Berlin & Kay 1969)."""

GREY_CHROMA = 0.12
"""Colours whose channels differ by less are shades of grey."""

DARK, LIGHT = 0.33, 0.72


def opened(thumbnail: bytes) -> Image.Image:
    """A picture file in mode RGB; grey where it is empty, as that of one deleted just now."""
    if not thumbnail:
        return Image.new("RGB", (SIDE_PX, SIDE_PX), GREY)
    with Image.open(BytesIO(thumbnail)) as picture:
        return picture.convert("RGB")


def small_pictures(thumbnails: Sequence[bytes]) -> SmallPictures:
    """Picture files shrunk to squares of 32 pixels, as the method `pixels` learns from."""
    small = np.empty((len(thumbnails), SIDE_PX, SIDE_PX, 3), dtype=np.float32)
    for row, thumbnail in enumerate(thumbnails):
        shrunk = opened(thumbnail).resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
        small[row] = np.asarray(shrunk, dtype=np.float32) / 255
    return small


def pixel_features(small: SmallPictures) -> Features:
    """One row a picture: (N, 3072), not normalised: dark ones are near to dark ones."""
    return small.reshape(len(small), -1)


def colour_names(small: SmallPictures, groups: Groups) -> list[str]:
    """What the pictures of each group have in common to somebody who sees but does not know."""
    means = [small[groups == group].mean(axis=(0, 1, 2)) for group in range(groups.max() + 1)]
    return [colour_name(mean) for mean in means]


def colour_name(rgb: NDArray[np.float32]) -> str:
    """A colour (3,), from 0 to 1, in words: "dark blue", "light grey"."""
    lightness, chroma = float(rgb.mean()), float(np.ptp(rgb))
    shade = "dark " if lightness < DARK else "light " if lightness > LIGHT else ""
    if chroma < GREY_CHROMA:
        return f"{shade}grey"
    hue = (rgb - rgb.min()) / chroma
    pure = {name: np.array(colour) / 255 for name, colour in COLOURS.items()}
    named = min(pure, key=lambda name: float(np.linalg.norm(_hue(pure[name]) - hue)))
    return f"{shade}{named}"


def _hue(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    stretched: NDArray[np.float64] = (rgb - rgb.min()) / np.ptp(rgb)
    return stretched
