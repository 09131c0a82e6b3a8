"""The picture of progress, and the names in it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from engine.labels.glyphs import MAX_WIDTH, lettering_for
from engine.labels.picture import GROUND, MAX_ROWS, progress_picture
from engine.schemas import (
    Agreement,
    ClassCount,
    CurvePoint,
    Interval,
    LabellerCount,
    LabelProgress,
    LearningCurve,
)


def _progress(
    names: Sequence[str], *, people: int = 2, items: int = 20, curve: LearningCurve | None = None
) -> LabelProgress:
    return LabelProgress(
        labelset_id="s",
        labelled=items * len(names),
        disputed=1,
        classes=[
            ClassCount(class_id=name, name=name, items=items, usable=items // 2) for name in names
        ],
        labellers=[
            LabellerCount(person_id=f"p{n}", labels=items, unsure=0, skipped=0, agreement=0.5)
            for n in range(people)
        ],
        agreement=Agreement(overlap=0, meaning="No item has been labelled by two people yet."),
        curve=curve or LearningCurve(sentence="No estimate yet."),
        unusable={"their authors said no to training": 3},
    )


CURVE = LearningCurve(
    points=[
        CurvePoint(labels=n, accuracy=Interval(value=n / 100, low=n / 120, high=n / 90))
        for n in (10, 20, 40)
    ],
    expected=Interval(value=0.6, low=0.5, high=0.7),
    sentence="With 40 labels a classifier is right 40% of the time.",
)


def _pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))


def _share_of_color(picture: bytes, color: str) -> float:
    wanted = [int(color[n : n + 2], 16) for n in (1, 3, 5)]
    return float((np.abs(_pixels(picture).astype(int) - wanted).max(axis=2) < 12).mean())


HOSTILE = [
    "🦄",
    "猫と鳥",
    "$\\frac{$",
    "a\nb\tc",
    "\u202eright to left",
    "x" * 100,
    '"<b>',
    "👩‍👩‍👧",
    "\ud83d",
]


@pytest.mark.filterwarnings("error")
def test_any_name_can_be_drawn() -> None:
    r"""A class called "$\frac{" or 🦄 would leave the team without a picture."""
    names = [name.encode("utf-8", "replace").decode() for name in HOSTILE]
    picture = progress_picture(names[0], _progress(names), {"p0": names[1], "p1": "Bob 🎉"})
    assert _pixels(picture).shape[1] == 1280


def test_names_become_what_the_fonts_have() -> None:
    """Emoji and other scripts would be rows of equal boxes."""
    lettering = lettering_for([])
    assert lettering.of("cat 🦄", "class 1") == "cat :unicorn face:"
    assert lettering.of("猫", "class 2") == "class 2"
    assert lettering.of("猫 cat", "class 3") == "cat"
    assert lettering.of("Füße & Ärger", "class 4") == "Füße & Ärger"
    assert lettering.of(" two\nlines ", "class 5") == "two lines"
    long = lettering.of("x" * 100, "class 6")
    assert (len(long), long[-1]) == (MAX_WIDTH, "…")


def test_the_usable_part_and_the_curve_are_there() -> None:
    """The picture would not show what the labels are worth."""
    without = progress_picture("Pets", _progress(["cat", "dog"]), {})
    with_curve = progress_picture("Pets", _progress(["cat", "dog"], curve=CURVE), {})
    unlabelled = progress_picture("Pets", _progress(["cat", "dog"], items=0), {})
    blue = "#7983f5"
    assert _share_of_color(unlabelled, blue) < 0.001 < _share_of_color(without, blue)
    assert _share_of_color(without, blue) < _share_of_color(with_curve, blue)
    assert _share_of_color(without, GROUND) > 0.8


def test_a_thousand_classes_stay_one_picture() -> None:
    """Discord would refuse the picture, or nobody could read it."""
    many = progress_picture("All", _progress([f"class {n}" for n in range(1_000)], people=200), {})
    some = progress_picture("All", _progress([f"class {n}" for n in range(MAX_ROWS)]), {})
    assert _pixels(many).shape == _pixels(some).shape
    assert len(many) < 1_000_000
