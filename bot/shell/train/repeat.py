"""`magpie train repeat`, and `magpie train --from-manifest`: a job once more."""

from __future__ import annotations

import getpass
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, JsonOption

if TYPE_CHECKING:
    from engine.schemas import Job, JobManifest

WRONG_USAGE = 2


@shell_command
def repeat(
    data: DataOption,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", dir_okay=False, help="From `magpie train manifest`.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Train once more on the same snapshot with the same methods and seed, until that is done.

    The metrics come out the same with the same versions on the same device; what differs is said.
    It is refused when something that the job learnt from was deleted or changed since.

    Example: magpie train repeat job.json
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json
    from bot.shell.train.showing import show_job
    from bot.shell.train.watching import end_as

    job = run(_repeated(DataFolder(data), _read(file)))
    if as_json:
        print_json(job.model_dump(mode="json"))
    else:
        show_job(job)
    end_as(job)


def of_the_group(
    context: typer.Context,
    data: DataOption,
    from_manifest: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", dir_okay=False, help="Repeat a job: short for `magpie train repeat`."
        ),
    ] = None,
) -> None:
    """Training on a library's labels."""
    if from_manifest is not None:
        if context.invoked_subcommand is not None:
            raise typer.BadParameter("--from-manifest is for no other command.")
        repeat(data=data, file=from_manifest, as_json=False, verbose=False)
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(WRONG_USAGE)


async def _repeated(folder: DataFolder, manifest: JobManifest) -> Job:
    from bot.shell.engine_access import ready_engine
    from bot.shell.patience import patiently
    from bot.shell.screen import asides
    from bot.shell.train.watching import watched

    key = uuid.uuid4().hex
    asked = manifest.model_copy(update={"asked_by": getpass.getuser()})
    async with ready_engine(folder) as client:
        job = await patiently(lambda: client.jobs.repeat(asked, idempotency_key=key))
        asides().print(job.reason, markup=False)
        return await watched(client, job)


def _read(file: Path) -> JobManifest:
    from pydantic import ValidationError

    from engine.schemas import JobManifest

    try:
        return JobManifest.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ShellFailure(f"{file} cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        raise ShellFailure(
            f"{file} is no manifest of a job; `magpie train manifest --out FILE` writes one."
        ) from error
