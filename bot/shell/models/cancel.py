"""`magpie models cancel`: stops a model from taking over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.options import DataOption, JsonOption

if TYPE_CHECKING:
    from engine.schemas import Reindex


@shell_command
def cancel(data: DataOption, as_json: JsonOption = False) -> None:
    """Stop a model from taking over; what serves goes on serving.

    Example: magpie models cancel
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json, results

    reindex = run(_cancel(DataFolder(data)))
    if as_json:
        print_json(reindex.model_dump(mode="json"))
    else:
        results().print(f"{reindex.state.value}: model {reindex.model_id}", markup=False)


async def _cancel(folder: DataFolder) -> Reindex:
    from bot.shell.engine_access import listening_engine
    from bot.shell.patience import patiently

    async with listening_engine(folder) as client:
        return await patiently(client.models.cancel_reindex)
