"""`magpie train status`: how far a job is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.options import DataOption, JsonOption, LibraryOption
from bot.shell.train.lookup import JobArgument, job_named

if TYPE_CHECKING:
    from engine.schemas import Job


@shell_command
def status(
    data: DataOption,
    job: JobArgument = None,
    wait: Annotated[
        bool,
        typer.Option(
            "--wait", metavar=" ", help="Watch it until it ends; 1 when it does not succeed."
        ),
    ] = False,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Show how far a job is, and what came of it.

    Example: magpie train status --wait
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json
    from bot.shell.train.showing import show_job
    from bot.shell.train.watching import end_as

    found = run(_status(DataFolder(data), library, job, wait=wait))
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_job(found)
    if wait:
        end_as(found)


async def _status(folder: DataFolder, library_id: str, beginning: str | None, *, wait: bool) -> Job:
    from bot.shell.engine_access import listening_engine
    from bot.shell.train.watching import watched

    async with listening_engine(folder) as client:
        job = await job_named(client, library_id, beginning)
        return await watched(client, job) if wait else job
