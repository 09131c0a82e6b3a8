"""`magpie up`: the main job, everything on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, VerboseOption
from bot.shell.standin import DEFAULT_PORT

if TYPE_CHECKING:
    from bot.shell.launch import Wishes


@shell_command
def up(
    data: DataOption,
    port: Annotated[
        int,
        typer.Option(min=1, max=65535, help="Port of the chat page; with Discord, of the engine."),
    ] = DEFAULT_PORT,
    demo: Annotated[
        bool,
        typer.Option(help="Sample pictures and messages to search at once, in an empty chat page."),
    ] = True,
    verbose: VerboseOption = False,
) -> None:
    """Run engine and bot: on Discord with BOT_DISCORD_TOKEN, else on a chat page of its own.

    It runs until Ctrl-C. The logs go to files in the data folder.

    Example: magpie up --port 8700
    """
    from bot.shell.event_loop import run
    from bot.shell.launch import Wishes

    try:
        run(_up(DataFolder(data), Wishes(port=port, demo=demo, verbose=verbose)))
    except KeyboardInterrupt:
        typer.echo("Stopped.")


async def _up(folder: DataFolder, wishes: Wishes) -> None:
    from bot.shell.launch import Launch
    from bot.shell.screen import results
    from bot.shell.status_block import StatusBlock

    async with _sole_use(folder, wishes):
        with StatusBlock(results()) as block:
            await Launch(folder, wishes, block).run()


@asynccontextmanager
async def _sole_use(folder: DataFolder, wishes: Wishes) -> AsyncIterator[None]:
    from bot.shell.locks import try_lock
    from bot.shell.processes import refuse_taken_port

    folder.prepare()
    with try_lock(folder.up_lock) as alone:
        if not alone:
            raise ShellFailure(_running_already(folder))
        refuse_taken_port(wishes.port)
        if folder.engine_record.exists():
            from bot.shell.engine_access import refuse_second_engine

            await refuse_second_engine(folder)
        folder.up_record.write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
        try:
            yield
        finally:
            folder.up_record.unlink(missing_ok=True)


def _running_already(folder: DataFolder) -> str:
    try:
        who = f"process {json.loads(folder.up_record.read_bytes())['pid']}"
    except (OSError, ValueError, KeyError):
        who = "another process"
    return (
        f"Magpie already runs on {folder.path}: {who}. "
        "Stop it, or choose another folder with --data DIR."
    )
