"""Watching a job until it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.shell.failures import FAILED

if TYPE_CHECKING:
    from engine.client import EngineClient
    from engine.schemas import Job


async def watched(client: EngineClient, job: Job) -> Job:
    """The job when it has ended; a bar on stderr shows how far it is until then."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    from bot.shell.patience import patiently
    from bot.shell.screen import asides
    from bot.shell.train.live_examples import ToldExamples
    from engine.client.jobs_client import ENDS

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=asides(), transient=True) as progress:
        bar = progress.add_task(_doing(job), total=1.0)
        examples = ToldExamples(client, progress.console)

        async def until_cut_off() -> Job:
            last = job
            async for last in client.jobs.events(job.job_id):
                progress.update(bar, completed=last.progress.share, description=_doing(last))
                await examples.tell(last.progress.examples)
            return last

        while job.state not in ENDS:  # a stream also ends when the engine is restarted
            job = await patiently(until_cut_off)
    return job


def end_as(job: Job) -> None:
    """Ends the command with 1 when the job has not succeeded.

    Raises:
        Exit: with that code.
    """
    if job.state.value in ("failed", "cancelled"):
        raise typer.Exit(FAILED)


def _doing(job: Job) -> str:
    if job.state.value != "running":
        return job.state.value
    eta_s = job.progress.eta_s
    left = "" if eta_s is None else f" {_minutes(eta_s)} left"
    return (job.progress.sentence or "starting") + left


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
