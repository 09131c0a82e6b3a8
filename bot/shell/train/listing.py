"""`magpie train list`: the jobs of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import JobPage

SHOWN = 50


@shell_command
def list_jobs(
    data: DataOption, library: LibraryOption = "local", as_json: JsonOption = False
) -> None:
    """List the jobs of a library, newest first.

    Example: magpie train list
    """
    from rich.markup import escape
    from rich.table import Table

    from bot.shell.event_loop import run
    from bot.shell.screen import print_json, results

    page = run(_page(DataFolder(data), library))
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    if not page.jobs:
        results().print("No job yet. `magpie train start` starts one.", markup=False)
        return
    table = Table("job", "set", "state", "asked for", "methods", box=None, pad_edge=False)
    for job in page.jobs:
        when = job.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        methods = ", ".join(method.value for method in job.methods)
        table.add_row(job.job_id[:8], escape(job.labelset_name), job.state.value, when, methods)
    results().print(table)


async def _page(folder: DataFolder, library_id: str) -> JobPage:
    from bot.shell.engine_access import listening_engine
    from bot.shell.patience import patiently

    async with listening_engine(folder) as client:
        return await patiently(lambda: client.jobs.jobs(library_id, limit=SHOWN))
