"""A comparison as a picture to post in a chat: a bar for each method, and where the best errs."""

from __future__ import annotations

import textwrap
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from engine.labels.glyphs import Lettering, lettering_for
from engine.labels.picture import BLUE, FAINT, GREEN, GRID, GROUND, PIXELS_AN_INCH, TEXT
from engine.schemas import Comparison, MethodResult
from engine.training.comparison import NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_IN, ROW_IN, HEAD_IN, FOOT_IN, MATRIX_IN = 8.0, 0.36, 1.05, 0.75, 4.6
CHARACTERS_A_LINE = 120
HEAD_LINES = 3

MOST_NAMED = 30
"""Classes whose names stand beside the confusion matrix; more would not be readable."""


def comparison_picture(comparison: Comparison, title: str) -> bytes:
    """Draws test accuracies with intervals, train accuracies as dots, and the confusion; a PNG.

    Args:
        comparison: of methods.
        title: the label set's name.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lettering = lettering_for([title, *comparison.classes])
    bars_in = ROW_IN * max(len(comparison.results), 1)
    matrix_in = MATRIX_IN if comparison.confusion else 0.0
    height_in = HEAD_IN + bars_in + FOOT_IN + matrix_in
    figure = Figure((WIDTH_IN, height_in), dpi=PIXELS_AN_INCH, facecolor=GROUND)
    FigureCanvasAgg(figure)
    families = list(lettering.families)
    name = lettering.of(title, "Comparison")
    top = 1 - 0.12 / height_in
    figure.text(0.03, top, name, va="top", size=14, color=TEXT, family=families, parse_math=False)
    lines = textwrap.wrap(comparison.sentence, CHARACTERS_A_LINE)[:HEAD_LINES]
    top = 1 - 0.42 / height_in
    figure.text(0.03, top, "\n".join(lines), va="top", size=8, color=FAINT, parse_math=False)
    bottom = (matrix_in + FOOT_IN) / height_in
    _draw_bars(figure.add_axes((0.38, bottom, 0.51, bars_in / height_in)), comparison)
    if comparison.confusion:
        height = (MATRIX_IN - 1.5) / height_in
        axes = figure.add_axes((0.3, 1.15 / height_in, 0.6, height))
        _draw_confusion(axes, comparison, lettering)
    file = BytesIO()
    figure.savefig(file, format="png", facecolor=GROUND)
    return file.getvalue()


def _draw_bars(axes: Axes, comparison: Comparison) -> None:
    """Draws one bar a method, the first at the top; a failed one has its name and no bar."""
    for row, result in enumerate(comparison.results):
        best = result.method is comparison.best
        name = NAMES[result.method]
        weight = "bold" if best else "normal"
        axes.text(-0.02, row, name, ha="right", va="center", size=8, color=TEXT, weight=weight)
        top1 = result.test_top1
        if top1 is None:
            axes.text(0.01, row, "no result", va="center", size=8, color=FAINT)
            continue
        axes.barh(row, top1.value, 0.6, color=GREEN if best else BLUE)
        margins = [[max(top1.value - top1.low, 0)], [max(top1.high - top1.value, 0)]]
        axes.errorbar(top1.value, row, xerr=margins, fmt="none", ecolor=TEXT, capsize=3)
        axes.text(1.02, row, _figures(result), va="center", size=8, color=TEXT)
        if result.train_top1 is not None:
            axes.plot(result.train_top1, row, "o", color=FAINT, markersize=4)
    axes.set(xlim=(0, 1), ylim=(len(comparison.results) - 0.5, -0.5), yticks=[])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel(
        "right on the test items (dots: on what was learnt); in brackets the calibration error",
        size=8,
        color=FAINT,
    )
    axes.xaxis.grid(visible=True, color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    _style(axes)


def _figures(result: MethodResult) -> str:
    """What stands behind a bar: the accuracy, and in brackets the calibration error."""
    assert result.test_top1 is not None
    said = f"{result.test_top1.value:.0%}"
    error = result.calibration_error
    return said if error is None else f"{said} ({error:.2f})"


def _draw_confusion(axes: Axes, comparison: Comparison, lettering: Lettering) -> None:
    """Draws what the best method took items of each class for, as shares of the class."""
    counts = np.array(comparison.confusion, dtype=np.float64)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="magma", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_title("What items of a class (row) were taken for", loc="left", size=9, color=TEXT)
    names = [lettering.of(name, f"class {n}") for n, name in enumerate(comparison.classes, 1)]
    named = range(len(names)) if len(names) <= MOST_NAMED else ()
    axes.set(xticks=list(named), yticks=list(named))
    shown = [names[n] for n in named]
    axes.set_xticklabels(shown, rotation=90, family=list(lettering.families), parse_math=False)
    axes.set_yticklabels(shown, family=list(lettering.families), parse_math=False)
    _style(axes)


def _style(axes: Axes) -> None:
    axes.set_facecolor(GROUND)
    axes.tick_params(colors=FAINT, labelsize=7, length=0)
    axes.spines[:].set_visible(False)
