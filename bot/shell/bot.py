"""`magpie bot`: the bot alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, VerboseOption

if TYPE_CHECKING:
    from bot.settings import BotSettings


def _standin_port(url: str | None) -> str | None:
    if url is not None and (
        urlsplit(url).hostname not in {"127.0.0.1", "localhost"} or urlsplit(url).port is None
    ):
        raise typer.BadParameter("It looks like http://127.0.0.1:8700/.")
    return url


@shell_command
def bot(
    data: DataOption,
    standin: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            callback=_standin_port,
            help="Connect to the stand-in at this address, not to Discord.",
        ),
    ] = None,
    exit_with_parent: Annotated[bool, typer.Option("--exit-with-parent", hidden=True)] = False,
    verbose: VerboseOption = False,
) -> None:
    """Run the bot alone, with the token in BOT_DISCORD_TOKEN. It runs until Ctrl-C.

    Without BOT_ENGINE_URL and BOT_ENGINE_TOKEN it uses the engine that runs on the data folder.

    Example: BOT_DISCORD_TOKEN=… BOT_ENGINE_URL=http://10.0.0.5:8701 BOT_ENGINE_TOKEN=… magpie bot
    """
    from bot.shell.event_loop import run
    from bot.shell.logs import log_to
    from bot.shell.parent_watch import stop_with_parent

    if exit_with_parent:
        stop_with_parent()
    folder = DataFolder(data)
    folder.prepare()
    settings = _settings(folder)
    log_to(folder.log_file("bot"), screen=verbose)
    if not exit_with_parent:
        typer.echo(f"The bot runs. Its log: {folder.log_file('bot')}")
    try:
        run(_run(settings, standin))
    except KeyboardInterrupt:
        if not exit_with_parent:
            typer.echo("Stopped.")


def _settings(folder: DataFolder) -> BotSettings:
    from pydantic import ValidationError

    from bot.settings import BotSettings
    from engine.variables import misspelt

    if wrong := misspelt(BotSettings, os.environ):
        raise ShellFailure(wrong)
    if not os.environ.get("BOT_DISCORD_TOKEN"):
        raise ShellFailure(
            "BOT_DISCORD_TOKEN is not set, so there is nothing to connect as. "
            "`magpie up` runs without one, on a chat page of its own."
        )
    try:
        return BotSettings(**_engine_of(folder))
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(step) for step in first["loc"]).upper()
        raise ShellFailure(f"BOT_{name} is wrong: {first['msg']}.") from error


def _engine_of(folder: DataFolder) -> dict[str, Any]:
    if os.environ.get("BOT_ENGINE_URL") and os.environ.get("BOT_ENGINE_TOKEN"):
        return {}
    from bot.shell.engine_record import EngineRecord

    record, token = EngineRecord.read(folder), folder.token("bot")
    if record is None or token is None:
        raise ShellFailure(
            f"No engine runs on {folder.path}. Start `magpie engine` first, "
            "or set BOT_ENGINE_URL and BOT_ENGINE_TOKEN to one that runs elsewhere."
        )
    return {"engine_url": record.url, "engine_token": token}


async def _run(settings: BotSettings, standin: str | None) -> None:
    import aiohttp
    import discord

    from bot.client import run_bot
    from bot.standin import LoopbackConnector

    connector = LoopbackConnector(urlsplit(standin).port or 0) if standin else None
    try:
        await run_bot(settings, connector=connector)
    except discord.LoginFailure as error:
        raise ShellFailure(
            "Discord does not accept the token in BOT_DISCORD_TOKEN. Copy it anew from the "
            "developer portal: your application, Bot, Reset Token."
        ) from error
    except aiohttp.ClientConnectionError as error:
        where = f"The stand-in at {standin}" if standin else "Discord"
        raise ShellFailure(f"{where} cannot be reached ({error}). Check the network.") from error
