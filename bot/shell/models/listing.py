"""`magpie models list`: the models of a library, and what searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import ModelPage

SHOWN = 50


@shell_command
def list_models(
    data: DataOption, library: LibraryOption = "local", as_json: JsonOption = False
) -> None:
    """List the models of a library, newest first, and what searches now.

    Example: magpie models list
    """
    from rich.markup import escape
    from rich.table import Table

    from bot.shell.event_loop import run
    from bot.shell.models.showing import lead_of, serving_line
    from bot.shell.screen import print_json, results

    page = run(_page(DataFolder(data), library))
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    console = results()
    for serving in page.serving:
        console.print(serving_line(serving), markup=False)
    if not page.models:
        console.print("No model yet. Each `magpie train start` leaves one.", markup=False)
        return
    names = ("model", "set", "method", "lead", "may search", "state", "train again")
    table = Table(*names, box=None, pad_edge=False)
    for card in page.models:
        table.add_row(
            card.model_id[:8],
            escape(card.labelset_name),
            card.method.value,
            lead_of(card),
            "yes" if card.servable else "no",
            card.state.value,
            "yes" if card.retrain_reason else "",
        )
    console.print(table)


async def _page(folder: DataFolder, library_id: str) -> ModelPage:
    from bot.shell.engine_access import listening_engine
    from bot.shell.patience import patiently

    async with listening_engine(folder) as client:
        return await patiently(lambda: client.models.models(library_id, limit=SHOWN))
