"""How jobs and comparisons look in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.schemas import Comparison, Interval, Job, MethodResult

HEADINGS = (
    *("method", "train", "test", "95 % interval", "top 5"),
    *("calibration error", "other searches", "took"),
)


def show_job(job: Job) -> None:
    """Prints a job, and its comparison where there is one."""
    from bot.shell.screen import results

    console = results()
    console.print(f"{job.state.value}: {job.labelset_name} ({job.job_id})", markup=False)
    for sentence in (job.reason, "" if job.comparison else job.progress.sentence):
        if sentence:
            console.print(sentence, markup=False)
    if job.crashes:
        console.print(f"It crashed {job.crashes} times and went on from its last checkpoint.")
    if job.comparison is not None:
        console.print()
        show_comparison(job.comparison)


def show_comparison(comparison: Comparison) -> None:
    """Prints a comparison: a row for each method, and the conclusion."""
    from rich.table import Table

    from bot.shell.screen import results

    table = Table(*HEADINGS, box=None)
    for result in comparison.results:
        best = result.method is comparison.best
        table.add_row(*_row(result), style="bold" if best else None)
    console = results()
    console.print(table)
    console.print()
    console.print(comparison.sentence, markup=False)


def _row(result: MethodResult) -> tuple[str, ...]:
    from rich.markup import escape

    took = f"{result.took_s:.1f} s"
    if result.failure:
        return result.method.value, "", escape(result.failure), *[""] * (len(HEADINGS) - 4), took
    top1, general = result.test_top1, result.general
    return (
        result.method.value,
        "" if result.train_top1 is None else f"{result.train_top1:.0%}",
        _value(top1),
        "" if top1 is None else f"{top1.low:.0%} to {top1.high:.0%}",
        _value(result.test_top5),
        "" if result.calibration_error is None else f"{result.calibration_error:.2f}",
        "" if general is None else f"{general.before:.0%} to {general.after:.0%}",
        took,
    )


def _value(share: Interval | None) -> str:
    return "" if share is None else f"{share.value:.0%}"
