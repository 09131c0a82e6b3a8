"""`magpie train start`: trains on a label set and compares methods."""

from __future__ import annotations

import getpass
import uuid
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.label.lookup import SetOption, set_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import Job, TrainingMethod


@shell_command
def start(
    data: DataOption,
    set_name: SetOption,
    methods: Annotated[
        list[str] | None,
        typer.Option(
            "--method",
            metavar="METHOD",
            help="A way to learn, to be compared; may be repeated. Without any, what suits.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Of split, batches and weights.")
    ] = 0,
    backbone: Annotated[
        str,
        typer.Option(
            metavar="NETWORK",
            help="What to learn pictures with: vgg16, resnet50, inception_v3, timm/NAME; @FILE "
            "names a file of weights. Without it, the model that searches.",
        ),
    ] = "",
    detach: Annotated[
        bool,
        typer.Option(
            "--detach", metavar=" ", help="Return at once; needs an engine that goes on running."
        ),
    ] = False,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Train on a label set and compare methods on it, until that is done.

    The job belongs to the engine: Ctrl-C leaves it running where an engine runs beside, and it goes
    on from its last checkpoint whatever dies. The exit code is 1 when it fails or is cancelled.

    Example: magpie train start --set animals
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json
    from bot.shell.train.showing import show_job
    from bot.shell.train.watching import end_as

    wanted = _methods(methods or [])
    job = run(_start(DataFolder(data), library, set_name, wanted, backbone, seed, wait=not detach))
    if as_json:
        print_json(job.model_dump(mode="json"))
    else:
        show_job(job)
    end_as(job)


async def _start(
    folder: DataFolder,
    library_id: str,
    set_name: str,
    methods: list[TrainingMethod],
    backbone: str,
    seed: int,
    *,
    wait: bool,
) -> Job:
    from bot.shell.engine_access import ready_engine
    from bot.shell.patience import patiently
    from bot.shell.train.watching import watched
    from engine.schemas import NewJob

    key = uuid.uuid4().hex
    async with ready_engine(folder) as client:
        labelset = await set_named(client, library_id, set_name)
        new = NewJob(
            labelset_id=labelset.labelset_id,
            methods=methods,
            backbone=backbone,
            seed=seed,
            asked_by=getpass.getuser(),
        )
        job = await patiently(lambda: client.jobs.start(new, idempotency_key=key))
        return await watched(client, job) if wait else job


def _methods(names: list[str]) -> list[TrainingMethod]:
    from engine.schemas import TrainingMethod

    try:
        return [TrainingMethod(name) for name in names]
    except ValueError:
        known = ", ".join(method.value for method in TrainingMethod)
        raise typer.BadParameter(f"A method is one of {known}.") from None
