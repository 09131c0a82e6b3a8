"""Finding jobs, for every command of `magpie train`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.failures import ShellFailure

if TYPE_CHECKING:
    from engine.client import EngineClient
    from engine.schemas import Job

LOOKED_THROUGH = 100

JobArgument = Annotated[
    str | None,
    typer.Argument(metavar="[JOB]", help="The job's id, or how it begins; the newest when absent."),
]


async def job_named(
    client: EngineClient,
    library_id: str,
    beginning: str | None,
    fits: Callable[[Job], bool] = lambda _job: True,
) -> Job:
    """The job of a library whose id begins so; without a beginning, the newest that fits.

    Raises:
        ShellFailure: there is none, or more than one.
    """
    from bot.shell.patience import patiently

    page = await patiently(lambda: client.jobs.jobs(library_id, limit=LOOKED_THROUGH))
    if beginning is None:
        found = [job for job in page.jobs if fits(job)][:1]
    else:
        found = [job for job in page.jobs if job.job_id.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ShellFailure(f"More than one job begins with {beginning}; give more of its id.")
    if beginning is None:
        raise ShellFailure(
            f"There is no such job in the library {library_id}. `magpie train start` starts one."
        )
    raise ShellFailure(
        f"There is no job {beginning} in the library {library_id}. `magpie train list` shows all."
    )
