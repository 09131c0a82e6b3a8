"""A comparison as it leaves Magpie: a table, a spreadsheet, a picture."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from io import StringIO

from engine.schemas import Comparison, Interval, MethodResult, ReportFormat
from engine.training.comparison import NAMES
from engine.training.comparison_picture import comparison_picture

COLUMNS = ("method", "train_top1", "test_top1", "low", "high", "test_top5", "took_s", "failure")


def report(comparison: Comparison, title: str, form: ReportFormat) -> bytes:
    """The comparison as a file.

    Args:
        comparison: of methods.
        title: the label set's name.
        form: of the file.
    """
    return WRITERS[form](comparison, title)


def as_markdown(comparison: Comparison, title: str) -> str:
    """A heading, the conclusion, and a table with a line for each method."""
    counts = (
        f"{comparison.train_items} items to learn from, {comparison.test_items} to test on; "
        f"snapshot {comparison.snapshot[:12]}."
    )
    lines = [
        f"# {_cell(title)}",
        "",
        comparison.sentence,
        "",
        counts,
        "",
        "| method | train top-1 | test top-1 (95 % interval) | test top-5 | seconds |",
        "|---|---|---|---|---|",
    ]
    lines += [_line(result, bold=result.method is comparison.best) for result in comparison.results]
    return "\n".join(lines) + "\n"


def as_csv(comparison: Comparison) -> str:
    """One row a method, shares from 0 to 1."""
    file = StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    for each in comparison.results:
        top1 = each.test_top1
        shares = (top1.value, top1.low, top1.high) if top1 else ("", "", "")
        top5 = each.test_top5.value if each.test_top5 else ""
        train = "" if each.train_top1 is None else each.train_top1
        rows.writerow(
            (each.method.value, train, *shares, top5, round(each.took_s, 2), each.failure)
        )
    return file.getvalue()


def _line(result: MethodResult, *, bold: bool) -> str:
    name = f"**{NAMES[result.method]}**" if bold else NAMES[result.method]
    if result.failure:
        return f"| {name} | – | {_cell(result.failure)} | – | {result.took_s:.0f} |"
    train = "–" if result.train_top1 is None else f"{result.train_top1:.1%}"
    top1, top5 = _share(result.test_top1), _share(result.test_top5)
    return f"| {name} | {train} | {top1} | {top5} | {result.took_s:.0f} |"


def _share(share: Interval | None) -> str:
    return "–" if share is None else f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


WRITERS: Mapping[ReportFormat, Callable[[Comparison, str], bytes]] = {
    ReportFormat.MARKDOWN: lambda comparison, title: as_markdown(comparison, title).encode(),
    ReportFormat.CSV: lambda comparison, _title: as_csv(comparison).encode(),
    ReportFormat.PNG: comparison_picture,
}
