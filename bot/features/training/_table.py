"""A comparison as a table that fits into a message, on a telephone too."""

from __future__ import annotations

from collections.abc import Sequence

from bot.quote import shortened
from bot.ui import percent
from engine.schemas import Comparison, MethodResult

MOST_FAILURE_CHARS = 80


def table(comparison: Comparison) -> str:
    """A line for each method, the best one marked, in letters of one width."""
    with_top5 = any(result.test_top5 for result in comparison.results)
    head = ["", "method", "train", "test (95 %)", *(["top 5"] if with_top5 else []), "time"]
    rows = [head] + [
        ["★" if result.method is comparison.best else "", *_cells(result, with_top5=with_top5)]
        for result in comparison.results
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [_line(row, widths) for row in rows]
    asides = [aside for result in comparison.results if (aside := _aside(result))]
    return "\n".join(["```", *lines, *asides, "```"])


def _cells(result: MethodResult, *, with_top5: bool) -> list[str]:
    train = "–" if result.train_top1 is None else f"{result.train_top1 * 100:.0f} %"
    top1 = "failed" if result.test_top1 is None else percent(result.test_top1)
    top5 = "–" if result.test_top5 is None else f"{result.test_top5.value * 100:.0f} %"
    took = f"{result.took_s:.1f} s" if result.took_s < 100 else f"{result.took_s / 60:.0f} min"
    return [result.method.value, train, top1, *([top5] if with_top5 else []), took]


def _aside(result: MethodResult) -> str:
    """What a column would have too little room for; mostly nothing."""
    if result.failure:
        return f"{result.method.value}: {_plain(result.failure)}"
    general = result.general
    if general is None:
        return ""
    found = f"{general.before * 100:.0f} % before, {general.after * 100:.0f} % after"
    return f"{result.method.value}: other searches find {found}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _plain(text: str) -> str:
    return shortened(text.replace("`", "'"), MOST_FAILURE_CHARS)
