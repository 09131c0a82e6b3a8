"""`magpie standin`: the stand-in for Discord and its chat page, alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption
from bot.shell.processes import refuse_taken_port

if TYPE_CHECKING:
    from bot.standin import StandIn

DEFAULT_PORT = 8700
StandInPortOption = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="Port of the chat page; 0 takes a free one.")
]


@shell_command
def standin(data: DataOption, port: StandInPortOption = DEFAULT_PORT) -> None:
    """Run the chat page that stands in for Discord, without engine and bot.

    It prints what connects a bot to it.

    Example: magpie standin --port 8700
    """
    from bot.shell.event_loop import run

    folder = DataFolder(data)
    folder.prepare()
    try:
        run(_serve(folder, port))
    except KeyboardInterrupt:
        typer.echo("Stopped.")


@asynccontextmanager
async def open_standin(folder: DataFolder, port: int, *, hint: str = "") -> AsyncIterator[StandIn]:
    """The stand-in with the chat kept in the data folder.

    Raises:
        ShellFailure: the port is taken, or the kept chat cannot be read.
    """
    from bot.standin import StandIn, StandInError

    refuse_taken_port(port)
    try:
        standin = await StandIn.start(port=port, state=folder.standin, hint=hint)
    except StandInError as error:
        raise ShellFailure(str(error)) from error
    async with standin:
        yield standin


async def _serve(folder: DataFolder, port: int) -> None:
    async with open_standin(folder, port) as standin:
        typer.echo(f"The chat page is at {standin.url}")
        typer.echo(
            "To connect the bot: "
            f"BOT_DISCORD_TOKEN={standin.token} magpie bot --standin {standin.url}"
        )
        await asyncio.Event().wait()
