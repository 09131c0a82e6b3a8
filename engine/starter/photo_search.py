"""Finding a photograph again from a crop, a re-encoding or a filtered copy of it."""

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance

from engine.starter.measures import (
    Features,
    chance_recall,
    colour_histogram,
    raw_pixels,
    recall_at,
)

Encode = Callable[[list[Image.Image]], Features]
SEED = 5


def measure_photo_search(photo_dir: Path, encode: Encode) -> dict[str, Any]:
    """Search ``photo_dir`` with damaged copies of its own photographs.

    Args:
        photo_dir: a folder of JPEG photographs.
        encode: the features under test, L2-normalised rows.

    Returns:
        The number of photographs and, for each damage, R@1/5/10 of the model, raw pixels, a
        colour histogram and chance.

    Raises:
        FileNotFoundError: there is no photograph in the folder.
    """
    photographs = [Image.open(file).convert("RGB") for file in sorted(photo_dir.glob("*.jpg"))]
    if not photographs:
        raise FileNotFoundError(f"No .jpg photographs in {photo_dir}.")
    ways: dict[str, Encode] = {
        "model": encode,
        "raw pixels": raw_pixels,
        "colour histogram": colour_histogram,
    }
    corpora = {name: way(photographs) for name, way in ways.items()}
    rows = np.arange(len(photographs))
    searches: dict[str, Any] = {}
    for damage, change in _DAMAGES.items():
        rng = random.Random(SEED)  # noqa: S311 - a benchmark, not a secret
        queries = [change(photograph, rng) for photograph in photographs]
        searches[damage] = {
            name: recall_at(way(queries), corpora[name], rows) for name, way in ways.items()
        }
        searches[damage]["chance"] = chance_recall(len(photographs))
    return {"photographs": len(photographs), "searches": searches}


def _crop(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A piece of 50 to 80 % of each side."""
    width, height = (round(side * rng.uniform(0.5, 0.8)) for side in picture.size)
    left = rng.randint(0, picture.width - width)
    top = rng.randint(0, picture.height - height)
    return picture.crop((left, top, left + width, top + height))


def _re_encode(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A third of the size, JPEG quality 20 to 40."""
    small = picture.resize((picture.width // 3, picture.height // 3))
    stored = io.BytesIO()
    small.save(stored, "JPEG", quality=rng.randint(20, 40))
    return Image.open(stored).convert("RGB")


def _filter(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Other brightness, contrast and colourfulness, as a phone's filters give."""
    for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = enhancer(picture).enhance(rng.choice([0.65, 0.8, 1.25, 1.45]))
    return picture


def _crop_and_filter(picture: Image.Image, rng: random.Random) -> Image.Image:
    return _re_encode(_filter(_crop(picture, rng), rng), rng)


_DAMAGES: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "crop": _crop,
    "re-encoding": _re_encode,
    "filter": _filter,
    "crop, filter and re-encoding": _crop_and_filter,
}
