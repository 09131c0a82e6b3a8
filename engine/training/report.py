"""A comparison as it leaves Magpie: a table, a spreadsheet, a picture."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from io import StringIO

from engine.schemas import Comparison, Interval, MethodResult, ReportFormat
from engine.training.comparison import NAMES
from engine.training.comparison_picture import comparison_picture

COLUMNS = (
    *("method", "train_top1", "test_top1", "low", "high", "test_top5", "calibration_error"),
    *("general_queries", "general_before", "general_after", "trained_parameters"),
    *("took_s", "failure"),
)
HEADINGS = (
    *("method", "train top-1", "test top-1 (95 % interval)", "test top-5", "calibration error"),
    *("other searches' recall@10", "parameters trained", "seconds"),
)


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
    by = f", in {comparison.folds} folds" if comparison.folds else ""
    device = f" Trained on {comparison.device}." if comparison.device else ""
    counts = (
        f"{comparison.train_items} items to learn from, {comparison.test_items} to test on{by}; "
        f"snapshot {comparison.snapshot[:12]}.{device}"
    )
    lines = [
        f"# {_cell(title)}",
        "",
        comparison.sentence,
        "",
        counts,
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"|{'---|' * len(HEADINGS)}",
    ]
    lines += [_line(result, bold=result.method is comparison.best) for result in comparison.results]
    return "\n".join(lines) + "\n"


def as_csv(comparison: Comparison) -> str:
    """One row a method, shares from 0 to 1."""
    file = StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    for each in comparison.results:
        top1, general = each.test_top1, each.general
        cells = (
            each.train_top1,
            *((top1.value, top1.low, top1.high) if top1 else (None,) * 3),
            each.test_top5 and each.test_top5.value,
            each.calibration_error,
            *((general.queries, general.before, general.after) if general else (None,) * 3),
            each.trained_parameters,
        )
        rows.writerow((each.method.value, *cells, round(each.took_s, 2), each.failure))
    return file.getvalue()


def _line(result: MethodResult, *, bold: bool) -> str:
    name = f"**{NAMES[result.method]}**" if bold else NAMES[result.method]
    general, error = result.general, result.calibration_error
    cells = (
        name,
        "–" if result.train_top1 is None else f"{result.train_top1:.1%}",
        _cell(result.failure) if result.failure else _share(result.test_top1),
        _share(result.test_top5),
        "–" if error is None else f"{error:.3f}",
        "–" if general is None else f"{general.before:.1%}, then {general.after:.1%}",
        "–" if result.trained_parameters is None else f"{result.trained_parameters:,}",
        f"{result.took_s:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _share(share: Interval | None) -> str:
    return "–" if share is None else f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


WRITERS: Mapping[ReportFormat, Callable[[Comparison, str], bytes]] = {
    ReportFormat.MARKDOWN: lambda comparison, title: as_markdown(comparison, title).encode(),
    ReportFormat.CSV: lambda comparison, _title: as_csv(comparison).encode(),
    ReportFormat.PNG: comparison_picture,
}
