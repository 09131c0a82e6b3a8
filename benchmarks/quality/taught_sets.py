"""Sets that methods are taught and tried on, as a team would have them: originals and classes.

Photographs of hands and a bank's questions lie in MAGPIE_BENCH_DATA (see
`benchmarks.quality.sets`), pictograms that the starter model was never trained on in
MAGPIE_BENCH_GLYPHS (see `benchmarks.quality.labelled_sets`); scikit-learn brings its handwritten
digits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TypeVar

import numpy as np
from PIL import Image

from benchmarks.quality.labelled_sets import untrained_drawings
from benchmarks.quality.sets import read_banking77, sign_digits
from engine.schemas import ItemKind
from engine.starter.categories import CATEGORIES
from engine.training.snapshot import LabelClass

T = TypeVar("T")

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

HANDWRITTEN_SIDE_PX = 64
"""Eight pixels as published; larger, so that a decoder and a resizer have something to do."""


@dataclass(frozen=True)
class Taught:
    """A labelled item.

    Attributes:
        content: the original: a picture file, or UTF-8.
        group: near-duplicates share one.
    """

    item_id: str
    content: bytes
    class_index: int
    group: int


@dataclass(frozen=True, eq=False)
class TaughtSet:
    """A set to draw from.

    Attributes:
        read: all of its items.
        a_class: how many of each class a team is taken to have labelled.
    """

    name: str
    kind: ItemKind
    classes: Sequence[LabelClass]
    read: Callable[[], Sequence[Taught]]
    a_class: int

    def drawn(self, seed: int) -> list[Taught]:
        """So many of each class, another draw with each seed."""
        state = np.random.default_rng(seed)
        by_class: Mapping[int, list[Taught]] = defaultdict(list)
        for item in self.read():
            by_class[item.class_index].append(item)
        return [
            of_class[place]
            for _, of_class in sorted(by_class.items())
            for place in sorted(state.permutation(len(of_class))[: self.a_class])
        ]


@cache
def _hands() -> Sequence[Taught]:
    files = [(file, digit) for digit, of_digit in sign_digits().items() for file in of_digit]
    return [
        Taught(file.name, file.read_bytes(), digit, group)
        for group, (file, digit) in enumerate(files)
    ]


@cache
def _handwritten() -> Sequence[Taught]:
    from sklearn.datasets import load_digits  # type: ignore[import-untyped]

    published = load_digits()
    levels = (published.images / published.images.max() * 255).astype(np.uint8)
    return [
        Taught(f"handwritten {n}", _png(picture), int(digit), n)
        for n, (picture, digit) in enumerate(zip(levels, published.target, strict=True))
    ]


@cache
def _pictograms() -> Sequence[Taught]:
    drawings = untrained_drawings()
    groups = _numbered(concept for _, concept, _ in drawings)
    return [
        Taught(f"{concept} {n}", _file(Image.fromarray(pixels)), category, group)
        for n, ((pixels, concept, category), group) in enumerate(zip(drawings, groups, strict=True))
    ]


@cache
def _intents() -> Sequence[str]:
    return sorted({each.intent for each in read_banking77("train")})


@cache
def _questions() -> Sequence[Taught]:
    asked = sorted({(each.intent, each.text) for each in read_banking77("train")})
    return [
        Taught(f"question {n}", text.encode(), _intents().index(intent), n)
        for n, (intent, text) in enumerate(asked)
    ]


def taught_sets() -> list[TaughtSet]:
    """The four sets.

    Raises:
        SetMissing: one is not there.
    """
    return [
        TaughtSet(
            "sign-digits",
            ItemKind.IMAGE,
            [LabelClass(name, f"a hand that shows the number {name}") for name in DIGITS],
            _hands,
            a_class=40,
        ),
        TaughtSet(
            "pictograms",
            ItemKind.IMAGE,
            [LabelClass(name) for name in CATEGORIES],
            _pictograms,
            a_class=24,
        ),
        TaughtSet(
            "scikit-learn's digits",
            ItemKind.IMAGE,
            [LabelClass(name, f"the handwritten digit {name}") for name in DIGITS],
            _handwritten,
            a_class=40,
        ),
        TaughtSet(
            "banking77",
            ItemKind.TEXT,
            [LabelClass(name.replace("_", " ")) for name in _intents()],
            _questions,
            a_class=12,
        ),
    ]


def _numbered(names: Iterable[T]) -> list[int]:
    """The names as numbers, equal ones alike."""
    numbers: dict[T, int] = {}
    return [numbers.setdefault(name, len(numbers)) for name in names]


def _png(levels: np.ndarray) -> bytes:
    picture = Image.fromarray(255 - levels)
    return _file(picture.resize((HANDWRITTEN_SIDE_PX,) * 2, Image.Resampling.BICUBIC))


def _file(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.convert("RGB").save(file, "PNG")
    return file.getvalue()
