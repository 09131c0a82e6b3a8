"""Pictures of several small things at known places, without end: what region search is measured on.

The grounds are those of the sample pictures; the things are pictograms from the npm packages that
the starter model's recipe names (`engine.starter.sources`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from engine.schemas import Box
from engine.starter.demo_grounds import ground_svg
from engine.starter.render import rasterise
from engine.starter.sources import ICON_SETS, read_icons

SIDE_PX = 320
LANDSCAPES = ("rain", "night", "sea", "sunset", "clouds", "meadow", "mountains", "snow", "road")
PATTERNS = ("studio", "stripes", "dots")
GROUNDS_OF_EACH = 3
SMALLEST, LARGEST = 0.13, 0.34
"""Side of a thing, in parts of the picture's."""

ATTEMPTS_TO_PLACE = 20


@dataclass(frozen=True)
class Thing:
    """One thing in a scene, and its tight box."""

    name: str
    box: Box


@dataclass(frozen=True)
class Scene:
    """A picture of several things, RGB."""

    picture: Image.Image
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Pictogram:
    """A thing to place: RGBA, cut to what is drawn."""

    name: str
    drawing: Image.Image


def pictograms(style: str, npm_dir: Path, count: int, seed: int) -> list[Pictogram]:
    """Some pictograms of a set, drawn once."""
    icon_set = next(each for each in ICON_SETS if each.name == style)
    icons = {icon.name: icon for icon in read_icons(icon_set, npm_dir) if "flag" not in icon.name}
    chosen = random.Random(seed).sample(sorted(icons), min(count, len(icons)))
    drawn = ((name, Image.fromarray(rasterise(icons[name].svg, 128))) for name in chosen)
    return [Pictogram(name, each.crop(each.getbbox())) for name, each in drawn if each.getbbox()]


def grounds(seed: int) -> list[Image.Image]:
    """Grounds to place things on, RGB."""
    rng = random.Random(seed)
    kinds = [(kind, "") for kind in LANDSCAPES for _ in range(GROUNDS_OF_EACH)]
    kinds += [(kind, _colour(rng)) for kind in PATTERNS for _ in range(3 * GROUNDS_OF_EACH)]
    frame = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{}</svg>'
    return [
        Image.fromarray(rasterise(frame.format(ground_svg(*kind, rng)), SIDE_PX)).convert("RGB")
        for kind in kinds
    ]


def scenes(
    things: Sequence[Pictogram], backs: Sequence[Image.Image], *, least: int, most: int, seed: int
) -> Iterator[Scene]:
    """Scenes of `least` to `most` different things that hardly hide each other, without end."""
    rng = random.Random(seed)
    while True:
        picture = rng.choice(backs).copy()
        placed: list[Thing] = []
        for each in rng.sample(things, rng.randint(least, most)):
            box = _free_place(each.drawing, placed, rng)
            if box is not None:
                _paste(each.drawing, box, picture)
                placed.append(Thing(each.name, box))
        yield Scene(picture, tuple(placed))


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes (Jaccard 1901)."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(0.0, across) * max(0.0, down)
    return shared / (one.width * one.height + other.width * other.height - shared)


def _free_place(drawing: Image.Image, placed: Sequence[Thing], rng: random.Random) -> Box | None:
    for _ in range(ATTEMPTS_TO_PLACE):
        side = rng.uniform(SMALLEST, LARGEST)
        longer = max(drawing.size)
        width, height = side * drawing.width / longer, side * drawing.height / longer
        box = Box(
            x=rng.uniform(0, 1 - width), y=rng.uniform(0, 1 - height), width=width, height=height
        )
        if all(overlap(box, other.box) < 0.02 for other in placed):
            return box
    return None


def _paste(drawing: Image.Image, box: Box, picture: Image.Image) -> None:
    size = (max(1, round(box.width * SIDE_PX)), max(1, round(box.height * SIDE_PX)))
    small = drawing.resize(size, Image.Resampling.LANCZOS)
    picture.paste(small, (round(box.x * SIDE_PX), round(box.y * SIDE_PX)), small)


def _colour(rng: random.Random) -> str:
    return f"#{rng.randrange(0x303030, 0xFFFFFF):06x}"
