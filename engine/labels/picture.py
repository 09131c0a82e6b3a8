"""The progress of a label set as a picture to post in a chat."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, TypedDict, Unpack

from engine.labels.glyphs import Lettering, lettering_for
from engine.schemas import ClassCount, LabellerCount, LabelProgress, LearningCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_ROWS = 30
"""Bars shown; of more classes or people the largest are, and the others are counted."""

WIDTH_IN, ROW_IN, LEAST_BARS_IN = 8.0, 0.24, 0.9
HEAD_IN, CURVE_IN, FOOT_IN, TITLE_IN, AXIS_IN = 0.65, 1.7, 0.9, 0.4, 0.36
PIXELS_AN_INCH = 160

GROUND, TEXT, FAINT, GRID = "#2b2d31", "#f2f3f5", "#b5bac1", "#44474e"
BLUE, GREEN = "#7983f5", "#3ba55d"
"""On a ground of its own, the picture reads the same in Discord's dark and light theme."""

NOT_USABLE_ALPHA = 0.35
CHARACTERS_A_LINE = 128
FOOT_LINES = 5


@dataclass(frozen=True)
class _Bar:
    """One row of a bar chart.

    Attributes:
        solid: the part drawn in full colour.
    """

    name: str
    value: int
    solid: int
    note: str


class _Style(TypedDict, total=False):
    size: float
    weight: str
    color: str
    linespacing: float
    family: list[str]


def progress_picture(title: str, progress: LabelProgress, people: Mapping[str, str]) -> bytes:
    """Draws bars by class and by labeller, and the learning curve; a PNG.

    Args:
        title: the set's name.
        progress: what to draw.
        people: names by person id, as far as they are known.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lettering = lettering_for([title, *people.values(), *(each.name for each in progress.classes)])
    classes = _class_bars(progress.classes, lettering)
    labellers = _labeller_bars(progress.labellers, people, lettering)
    bars_in = max(ROW_IN * max(len(classes), len(labellers)), LEAST_BARS_IN)
    page = _Page(Figure(dpi=PIXELS_AN_INCH, facecolor=GROUND), bars_in)
    FigureCanvasAgg(page.figure)
    page.write_head(lettering.of(title, "Labels"), _counts(progress), lettering)
    page.draw_bars(0.24, "Items by class", classes, BLUE, lettering)
    page.draw_bars(0.72, "Labels by person · agreed", labellers, GREEN, lettering)
    page.draw_curve(progress.curve, usable=sum(each.usable for each in progress.classes))
    page.write_foot([progress.curve.sentence, progress.agreement.meaning, *_unusable(progress)])
    file = BytesIO()
    page.figure.savefig(file, format="png", facecolor=GROUND)
    return file.getvalue()


class _Page:
    """A figure laid out from top to bottom in inches: head, bars, curve, foot."""

    def __init__(self, figure: Figure, bars_in: float) -> None:
        self.figure = figure
        self._bars_in = bars_in
        self._height_in = (
            HEAD_IN + TITLE_IN + bars_in + AXIS_IN + TITLE_IN + CURVE_IN + AXIS_IN + FOOT_IN
        )
        figure.set_size_inches(WIDTH_IN, self._height_in)

    def write_head(self, title: str, counts: str, lettering: Lettering) -> None:
        """Writes what it is about."""
        self._write(title, 0.15, size=14, color=TEXT, family=list(lettering.families))
        self._write(counts, 0.5, size=9.5, color=FAINT)

    def draw_bars(
        self, left: float, title: str, bars: Sequence[_Bar], color: str, lettering: Lettering
    ) -> None:
        """Draws one chart of horizontal bars, the first at the top."""
        from matplotlib.ticker import MaxNLocator

        axes = self._axes(left, 0.22, HEAD_IN + TITLE_IN, self._bars_in, title)
        rows = range(len(bars))
        widest = max((bar.value for bar in bars), default=0) or 1
        axes.barh(rows, [bar.value for bar in bars], 0.7, color=color, alpha=NOT_USABLE_ALPHA)
        axes.barh(rows, [bar.solid for bar in bars], 0.7, color=color)
        for row, bar in enumerate(bars):
            axes.text(
                -0.03 * widest,
                row,
                bar.name,
                ha="right",
                va="center",
                size=8.5,
                color=TEXT,
                family=list(lettering.families),
                parse_math=False,
            )
            axes.text(bar.value + 0.02 * widest, row, bar.note, va="center", size=8, color=FAINT)
        rows_in_all = self._bars_in / ROW_IN
        axes.set(xlim=(0, 1.05 * widest), ylim=(rows_in_all - 0.4, -0.6), yticks=[])
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))

    def draw_curve(self, curve: LearningCurve, *, usable: int) -> None:
        """Draws accuracy by labels, its interval, and the estimate as a dotted line."""
        top_in = HEAD_IN + TITLE_IN + self._bars_in + AXIS_IN + TITLE_IN
        axes = self._axes(0.07, 0.89, top_in, CURVE_IN, "Accuracy of a classifier by labels")
        axes.set(ylim=(0, 1.02), yticks=[0, 0.25, 0.5, 0.75, 1])
        axes.set_yticklabels(["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.yaxis.grid(visible=True, color=GRID, linewidth=0.8)
        labels = [point.labels for point in curve.points]
        values = [point.accuracy.value for point in curve.points]
        if not labels:
            axes.set(xticks=[])
            axes.yaxis.grid(visible=False)
            axes.text(0.5, 0.5, "not enough labels yet", ha="center", size=10, color=FAINT)
            return
        lows = [point.accuracy.low for point in curve.points]
        highs = [point.accuracy.high for point in curve.points]
        axes.fill_between(labels, lows, highs, color=BLUE, alpha=0.25, linewidth=0)
        axes.plot(labels, values, color=BLUE, marker="o", markersize=4)
        if curve.expected is not None:
            then = usable + curve.more
            axes.plot([labels[-1], then], [values[-1], curve.expected.value], ":", color=GREEN)
            margins = (
                [curve.expected.value - curve.expected.low],
                [curve.expected.high - curve.expected.value],
            )
            axes.errorbar(
                [then],
                [curve.expected.value],
                margins,
                fmt="o",
                color=GREEN,
                capsize=3,
                markersize=5,
            )

    def write_foot(self, sentences: Sequence[str]) -> None:
        """Writes the findings in words, as far as there is room."""
        lines = [
            line for sentence in sentences for line in textwrap.wrap(sentence, CHARACTERS_A_LINE)
        ]
        top_in = self._height_in - FOOT_IN
        self._write("\n".join(lines[:FOOT_LINES]), top_in, size=8, color=FAINT, linespacing=1.4)

    def _write(self, text: str, top_in: float, **style: Unpack[_Style]) -> None:
        y = 1 - top_in / self._height_in
        self.figure.text(0.03, y, text, va="top", parse_math=False, **style)

    def _axes(self, left: float, width: float, top_in: float, height_in: float, title: str) -> Axes:
        bottom = 1 - (top_in + height_in) / self._height_in
        axes = self.figure.add_axes((left, bottom, width, height_in / self._height_in))
        axes.set_facecolor(GROUND)
        axes.set_title(title, loc="left", size=9.5, weight="bold", color=TEXT)
        axes.tick_params(colors=FAINT, labelsize=8, length=0)
        axes.spines[:].set_visible(False)
        axes.spines["bottom"].set(visible=True, color=GRID)
        return axes


def _counts(progress: LabelProgress) -> str:
    usable = sum(each.usable for each in progress.classes)
    return (
        f"{progress.labelled} items labelled, {progress.disputed} disputed, {usable} usable for "
        "training (full colour)"
    )


def _unusable(progress: LabelProgress) -> list[str]:
    if not progress.unusable:
        return []
    reasons = "; ".join(f"{count}: {reason}" for reason, count in progress.unusable.items())
    return [f"Not learnt from: {reasons}."]


def _class_bars(classes: Sequence[ClassCount], lettering: Lettering) -> list[_Bar]:
    bars = [
        _Bar(lettering.of(each.name, f"class {n}"), each.items, each.usable, str(each.items))
        for n, each in enumerate(classes, 1)
    ]
    return _largest(bars, "classes")


def _labeller_bars(
    labellers: Sequence[LabellerCount], people: Mapping[str, str], lettering: Lettering
) -> list[_Bar]:
    bars = []
    for n, each in enumerate(labellers, 1):
        name = lettering.of(people.get(each.person_id, ""), f"person {n}")
        agreed = "" if each.agreement is None else f" · {each.agreement:.0%}"
        bars.append(_Bar(name, each.labels, each.labels, f"{each.labels}{agreed}"))
    return _largest(bars, "people")


def _largest(bars: list[_Bar], of_what: str) -> list[_Bar]:
    """The bars as they are, or the largest ones and one line for the rest."""
    if len(bars) <= MAX_ROWS:
        return bars
    by_value = sorted(bars, key=lambda bar: -bar.value)
    shown, others = by_value[: MAX_ROWS - 1], by_value[MAX_ROWS - 1 :]
    count = sum(bar.value for bar in others)
    return [*shown, _Bar(f"{len(others)} more {of_what}", 0, 0, f"{count} in all")]
