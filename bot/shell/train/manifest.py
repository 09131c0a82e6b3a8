"""`magpie train manifest`: what repeats a job, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, LibraryOption
from bot.shell.train.lookup import JobArgument, job_named

if TYPE_CHECKING:
    from engine.schemas import JobManifest


@shell_command
def manifest(
    data: DataOption,
    job: JobArgument = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Write it there, not to the screen."),
    ] = None,
    library: LibraryOption = "local",
) -> None:
    """Give what repeats a job, as JSON: snapshot, methods, seed, models, device, versions.

    Example: magpie train manifest --out job.json
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    found = run(_manifest(DataFolder(data), library, job))
    if out is None:
        print_json(found.model_dump(mode="json"))
        return
    try:
        out.write_text(f"{found.model_dump_json(indent=2)}\n", encoding="utf-8")
    except OSError as error:
        raise ShellFailure(f"{out} cannot be written ({error.strerror}).") from error


async def _manifest(folder: DataFolder, library_id: str, beginning: str | None) -> JobManifest:
    from bot.shell.engine_access import listening_engine
    from bot.shell.patience import patiently

    async with listening_engine(folder) as client:
        job = await job_named(client, library_id, beginning)
        return await patiently(lambda: client.jobs.manifest(job.job_id))
