"""Watching a model take over until it has, or has not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from bot.shell.failures import FAILED

if TYPE_CHECKING:
    from engine.client import EngineClient
    from engine.schemas import Reindex

LOOK_EVERY_S = 0.5


async def watched(client: EngineClient, reindex: Reindex) -> Reindex:
    """The take-over when it has ended; a bar on stderr shows how far it is until then."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from bot.shell.patience import patiently
    from bot.shell.screen import asides

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=asides(), transient=True) as progress:
        bar = progress.add_task(reindex.state.value, total=None)
        while reindex.under_way:
            progress.update(
                bar,
                description=reindex.state.value,
                completed=reindex.done,
                total=reindex.total or None,
            )
            await asyncio.sleep(LOOK_EVERY_S)
            reindex = await patiently(client.models.reindex)
    return reindex


def end_as(reindex: Reindex) -> None:
    """Ends the command with 1 when the model has not taken over.

    Raises:
        Exit: with that code.
    """
    if reindex.state.value in ("failed", "cancelled"):
        raise typer.Exit(FAILED)
