"""`magpie train cancel`: stops a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.options import DataOption, JsonOption, LibraryOption
from bot.shell.train.lookup import JobArgument, job_named

if TYPE_CHECKING:
    from engine.schemas import Job


@shell_command
def cancel(
    data: DataOption,
    job: JobArgument = None,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Stop a job, and wait until it has stopped; what it has reached is kept.

    Example: magpie train cancel
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json
    from bot.shell.train.showing import show_job

    cancelled = run(_cancel(DataFolder(data), library, job))
    if as_json:
        print_json(cancelled.model_dump(mode="json"))
    else:
        show_job(cancelled)


async def _cancel(folder: DataFolder, library_id: str, beginning: str | None) -> Job:
    from bot.shell.engine_access import listening_engine
    from bot.shell.patience import patiently
    from bot.shell.train.watching import watched
    from engine.client.jobs_client import ENDS

    async with listening_engine(folder) as client:
        job = await job_named(client, library_id, beginning, lambda each: each.state not in ENDS)
        return await watched(client, await patiently(lambda: client.jobs.cancel(job.job_id)))
