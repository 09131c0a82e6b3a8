"""`magpie models delete`: deletes a model that nothing needs."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.models.lookup import ModelArgument, model_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import ModelCard


@shell_command
def delete(
    data: DataOption,
    model: ModelArgument,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Delete a model with its files; refused while it serves or a rollback goes back to it.

    Example: magpie models delete 3f2a
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json, results

    card = run(_delete(DataFolder(data), library, model))
    if as_json:
        print_json(card.model_dump(mode="json"))
    else:
        results().print(f"Deleted: {card.labelset_name} ({card.model_id})", markup=False)


async def _delete(folder: DataFolder, library_id: str, beginning: str) -> ModelCard:
    from bot.shell.engine_access import listening_engine
    from bot.shell.patience import patiently

    async with listening_engine(folder) as client:
        card = await model_named(client, library_id, beginning)
        return await patiently(
            lambda: client.models.delete(card.model_id, asked_by=getpass.getuser())
        )
