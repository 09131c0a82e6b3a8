"""`magpie reindex`: has every vector made anew by the models that serve."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, JsonOption

if TYPE_CHECKING:
    from engine.client import EngineClient

LOOK_EVERY_S = 0.5


@shell_command
def reindex(data: DataOption, as_json: JsonOption = False) -> None:
    """Make every vector anew with the models that serve; searches go on meanwhile.

    Stopped, it goes on with the next start of the engine.

    Example: magpie reindex
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    folder = DataFolder(data)
    if not folder.exists():
        raise ShellFailure(f"There is no data folder {folder.path}: nothing to index.")
    embedded = run(_reindex(folder))
    if as_json:
        print_json({"embedded": embedded})
    else:
        typer.echo(f"{embedded} items have new vectors.")


async def _reindex(folder: DataFolder) -> int:
    from bot.shell.engine_access import ready_engine

    async with ready_engine(folder) as client:
        total = (await client.reindex()).pending
        await _watch(client, total)
        return total


async def _watch(client: EngineClient, total: int) -> None:
    """Waits until nothing is left; a bar on stderr shows how far it is until then."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from bot.shell.patience import patiently
    from bot.shell.screen import asides

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=asides(), transient=True) as progress:
        bar = progress.add_task("embedding", total=total)
        while left := (await patiently(client.backlog)).pending:
            progress.update(bar, completed=max(0, total - left))
            await asyncio.sleep(LOOK_EVERY_S)
