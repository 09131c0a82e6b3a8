"""`magpie models show`: the report card of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.models.lookup import ModelArgument, model_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import ModelCard


@shell_command
def show(
    data: DataOption,
    model: ModelArgument,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Show the report card of a model.

    Example: magpie models show 3f2a
    """
    from bot.shell.event_loop import run
    from bot.shell.models.showing import show_card
    from bot.shell.screen import print_json

    card = run(_card(DataFolder(data), library, model))
    if as_json:
        print_json(card.model_dump(mode="json"))
    else:
        show_card(card)


async def _card(folder: DataFolder, library_id: str, beginning: str) -> ModelCard:
    from bot.shell.engine_access import listening_engine

    async with listening_engine(folder) as client:
        return await model_named(client, library_id, beginning)
