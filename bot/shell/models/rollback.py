"""`magpie models rollback`: has what served before search again."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.options import DataOption, JsonOption

if TYPE_CHECKING:
    from engine.schemas import ServingModel


@shell_command
def rollback(
    data: DataOption,
    kind: Annotated[
        Literal["image", "text"], typer.Option(help="What is searched with it.")
    ] = "image",
    as_json: JsonOption = False,
) -> None:
    """Have what served before search again, in every library, at once.

    Example: magpie models rollback --kind text
    """
    from bot.shell.event_loop import run
    from bot.shell.models.showing import serving_line
    from bot.shell.screen import print_json, results

    serving = run(_rollback(DataFolder(data), kind))
    if as_json:
        print_json(serving.model_dump(mode="json"))
    else:
        results().print(serving_line(serving), markup=False)


async def _rollback(folder: DataFolder, kind: str) -> ServingModel:
    from bot.shell.engine_access import ready_engine
    from bot.shell.patience import patiently
    from engine.schemas import ItemKind

    async with ready_engine(folder) as client:
        return await patiently(
            lambda: client.models.rollback(ItemKind(kind), asked_by=getpass.getuser())
        )
