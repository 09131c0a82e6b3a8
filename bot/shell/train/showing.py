"""How jobs and comparisons look in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.schemas import Comparison, Interval, Job, MethodResult


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

    table = Table("method", "train", "test", "95 % interval", "top 5", "took", box=None)
    for result in comparison.results:
        best = result.method is comparison.best
        table.add_row(*_row(result), style="bold" if best else None)
    console = results()
    console.print(table)
    console.print()
    console.print(comparison.sentence, markup=False)


def _row(result: MethodResult) -> tuple[str, ...]:
    from rich.markup import escape

    if result.failure:
        return result.method.value, "", escape(result.failure), "", "", f"{result.took_s:.0f} s"
    top1 = result.test_top1
    return (
        result.method.value,
        "" if result.train_top1 is None else f"{result.train_top1:.0%}",
        _value(top1),
        "" if top1 is None else f"{top1.low:.0%} to {top1.high:.0%}",
        _value(result.test_top5),
        f"{result.took_s:.1f} s",
    )


def _value(share: Interval | None) -> str:
    return "" if share is None else f"{share.value:.0%}"
