"""`magpie train compare`: which method was best, on the screen or as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, JsonOption, LibraryOption
from bot.shell.train.lookup import JobArgument, job_named

if TYPE_CHECKING:
    from engine.schemas import Comparison


@shell_command
def compare(
    data: DataOption,
    job: JobArgument = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write it to a file, too."),
    ] = None,
    format_name: Annotated[
        Literal["markdown", "csv", "png"], typer.Option("--format", help="Of the file.")
    ] = "markdown",
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Show which method was best on the labels of a job that has succeeded.

    Example: magpie train compare --format png --out comparison.png
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json
    from bot.shell.train.showing import show_comparison

    comparison, file = run(
        _compare(DataFolder(data), library, job, format_name if out is not None else None)
    )
    if out is not None:
        try:
            out.write_bytes(file)
        except OSError as error:
            raise ShellFailure(f"{out} cannot be written ({error.strerror}).") from error
    if as_json:
        print_json(comparison.model_dump(mode="json"))
    else:
        show_comparison(comparison)


async def _compare(
    folder: DataFolder, library_id: str, beginning: str | None, format_name: str | None
) -> tuple[Comparison, bytes]:
    from bot.shell.engine_access import listening_engine
    from bot.shell.patience import patiently
    from engine.schemas import ReportFormat

    async with listening_engine(folder) as client:
        job = await job_named(
            client, library_id, beginning, lambda each: each.comparison is not None
        )
        if job.comparison is None:
            raise ShellFailure(
                f"The job {job.job_id} is {job.state.value}; only one that has succeeded compares."
            )
        if format_name is None:
            return job.comparison, b""
        form = ReportFormat(format_name)
        return job.comparison, await patiently(lambda: client.jobs.report(job.job_id, form))
