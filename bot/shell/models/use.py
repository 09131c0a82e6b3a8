"""`magpie models use`: has a model take over searching."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.models.lookup import ModelArgument, model_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import Reindex


@shell_command
def use(
    data: DataOption,
    model: ModelArgument,
    force: Annotated[
        bool,
        typer.Option("--force", metavar=" ", help="Use it although its verdict speaks against it."),
    ] = False,
    detach: Annotated[
        bool,
        typer.Option(
            "--detach", metavar=" ", help="Return at once; needs an engine that goes on running."
        ),
    ] = False,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Have a model take over searching, in every library, until it has.

    All items are encoded with it beside what is there, then checked, then searches switch; they go
    on meanwhile. What served before is kept for `magpie models rollback`. The exit code is 1 when
    it fails or is cancelled.

    Example: magpie models use 3f2a
    """
    from bot.shell.event_loop import run
    from bot.shell.models.watching import end_as
    from bot.shell.screen import print_json, results

    reindex = run(_use(DataFolder(data), library, model, force=force, wait=not detach))
    if as_json:
        print_json(reindex.model_dump(mode="json"))
    else:
        line = f"{reindex.state.value}: model {reindex.model_id} for {reindex.kind.value}s"
        results().print(f"{line}. {reindex.reason}".strip(), markup=False)
    end_as(reindex)


async def _use(
    folder: DataFolder, library_id: str, beginning: str, *, force: bool, wait: bool
) -> Reindex:
    from bot.shell.engine_access import ready_engine
    from bot.shell.models.watching import watched
    from bot.shell.patience import patiently

    async with ready_engine(folder) as client:
        card = await model_named(client, library_id, beginning)
        reindex = await patiently(
            lambda: client.models.activate(card.model_id, asked_by=getpass.getuser(), force=force)
        )
        return await watched(client, reindex) if wait else reindex
