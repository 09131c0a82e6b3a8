"""Jobs in words: how far one is, what came of it, and a line in a list."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.features.training._table import table
from bot.quote import escape, shortened
from bot.ui import MAX_TEXT_CHARS, bar, describe_seconds_left, percent
from engine.client.jobs_client import ENDS
from engine.schemas import Comparison, Job, JobState, ModelCard

STEPS = "▁▂▃▄▅▆▇█"
MOST_STEPS = 24
MOST_REASON_CHARS = 600
MOST_ENDED = 5


def describe(job: Job, examples: Sequence[str] = ()) -> str:
    """How far a job is, or how it ended, as Discord markdown.

    Args:
        job: to describe.
        examples: lines on items that it was right and wrong about.
    """
    lines = [f"### Training on {escape(job.labelset_name)}"]
    lines += _ended(job) if job.state in ENDS else [*_going_on(job), *examples]
    if job.crashes:
        times = "once" if job.crashes == 1 else f"{job.crashes} times"
        lines.append(f"-# It crashed {times} and went on from its last checkpoint.")
    return "\n".join(line for line in lines if line)[:MAX_TEXT_CHARS]


def describe_all(jobs: Sequence[Job], outdated: Sequence[ModelCard]) -> str:
    """The jobs that go on, the last that have ended, and the models to be trained again."""
    if not jobs and not outdated:
        return "There is no training on any label set that you may know of."
    going_on = [_line(job) for job in jobs if job.state not in ENDS]
    ended = [_line(job) for job in jobs if job.state in ENDS][:MOST_ENDED]
    lines = ["### Training now", *(going_on or ["Nothing is being trained."])]
    if ended:
        lines += ["### Ended last", *ended]
    if outdated:
        lines += ["### ⚠️ To be trained again", *map(_outdated, outdated)]
    return "\n".join(lines)[:MAX_TEXT_CHARS]


def describe_comparison(name: str, comparison: Comparison) -> str:
    """The conclusion on a label set, and the table it follows from."""
    counts = (
        f"-# Learnt from {comparison.train_items}, tested on {comparison.test_items} that no "
        f"method had seen · snapshot {comparison.snapshot[:12]}"
    )
    return "\n".join(
        [f"### {escape(name)}", escape(comparison.sentence), table(comparison), counts]
    )[:MAX_TEXT_CHARS]


def describe_cancelled(job: Job) -> str:
    """What a wish to stop a job has come to."""
    name = f"training on **{escape(job.labelset_name)}**"
    if job.state is JobState.CANCELLED:
        return f"The {name} is cancelled. What it had reached is kept."
    if job.state in ENDS:
        return f"The {name} had {job.state.value} before, so there is nothing to stop."
    return f"I am stopping the {name}; that takes some seconds. What it has reached is kept."


def sparkline(values: Sequence[float]) -> str:
    """The course of a curve in one line of text, its lowest value at the bottom."""
    each = -(-len(values) // MOST_STEPS)
    shown = values[::-1][:: max(each, 1)][::-1]  # the last value is always among them
    low, high = min(shown), max(shown)
    scale = (len(STEPS) - 1) / (high - low) if high > low else 0.0
    return "".join(STEPS[round((value - low) * scale)] for value in shown)


def _going_on(job: Job) -> list[str]:
    if job.state is JobState.QUEUED:
        return ["Waits for its turn.", _small(job.reason)]
    progress = job.progress
    left = "" if progress.eta_s is None else describe_seconds_left(progress.eta_s)
    lines = [f"{bar(progress.share)} {left}".rstrip(), _method(job), escape(progress.sentence)]
    if progress.train_loss:
        lines.append(f"Loss {sparkline(progress.train_loss)} {progress.train_loss[-1]:.3f}")
    if accuracy := progress.validation_accuracy:
        lines.append(f"Validation {sparkline(accuracy)} {accuracy[-1] * 100:.0f} % right")
    if job.state is JobState.CANCELLING:
        return [*lines, "**I am stopping it.**"]
    return [*lines, _small(job.reason)]


def _ended(job: Job) -> list[str]:
    if job.comparison is not None:
        kept = (
            "-# What it has learnt is kept as a model; `/models list` says whether it may search."
        )
        return [escape(job.comparison.sentence), table(job.comparison), _small(job.reason), kept]
    how = "Cancelled." if job.state is JobState.CANCELLED else "It failed."
    return [f"**{how}** {escape(shortened(job.reason, MOST_REASON_CHARS))}".rstrip()]


def _method(job: Job) -> str:
    method = job.progress.method
    if method is None or method not in job.methods:
        return ""
    return f"Method {job.methods.index(method) + 1} of {len(job.methods)}: `{method.value}`"


def _line(job: Job) -> str:
    name = f"**{escape(job.labelset_name)}**"
    asked = f" · asked for by <@{job.asked_by}>" if job.asked_by else ""
    if job.state not in ENDS:
        return f"- {name} · {job.state.value}, {job.progress.share * 100:.0f} %{asked}"
    when = discord.utils.format_dt(job.ended_at or job.created_at, "R")
    return f"- {name} · {_outcome(job)} · {when}{asked}"


def _outcome(job: Job) -> str:
    comparison = job.comparison
    if comparison is None:
        reason = escape(shortened(job.reason, MOST_REASON_CHARS // 4))
        return f"{job.state.value}: {reason}" if reason else job.state.value
    for result in comparison.results:
        if result.method is comparison.best and result.test_top1 is not None:
            return f"best `{result.method.value}`, {percent(result.test_top1)} right"
    return "no method could be tested"


def _outdated(card: ModelCard) -> str:
    return f"- **{escape(card.labelset_name)}** · `{card.method.value}`: {card.retrain_reason}"


def _small(text: str) -> str:
    return f"-# {escape(shortened(text, MOST_REASON_CHARS))}" if text else ""
