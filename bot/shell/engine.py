"""`magpie engine`: the engine alone."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, VerboseOption


@shell_command
def engine(
    data: DataOption,
    port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            envvar="ENGINE_PORT",
            help="Port to listen on; 0 takes a free one. ENGINE_HOST sets the address.",
        ),
    ] = 8701,
    verbose: VerboseOption = False,
) -> None:
    """Run the engine alone, for bots on other machines. It runs until Ctrl-C.

    A bot needs its address as BOT_ENGINE_URL and its token, kept in the data folder as tokens/bot,
    as BOT_ENGINE_TOKEN.

    Example: ENGINE_HOST=0.0.0.0 magpie engine --port 8701
    """
    from bot.shell.event_loop import run

    try:
        run(_serve(DataFolder(data), port, verbose=verbose))
    except KeyboardInterrupt:
        typer.echo("Stopped.")


async def _serve(folder: DataFolder, port: int, *, verbose: bool) -> None:
    from bot.shell.engine_access import (
        engine_client,
        refuse_second_engine,
        started_engine,
        until_ready,
    )
    from bot.shell.follow import follow
    from bot.shell.parts import engine_part
    from bot.shell.processes import PartProcess, ending, refuse_taken_port
    from bot.shell.screen import results
    from bot.shell.status_block import StatusBlock

    folder.prepare()
    await refuse_second_engine(folder)
    refuse_taken_port(port)
    part = engine_part(folder, port=port, verbose=verbose)
    async with AsyncExitStack() as held:
        block = held.enter_context(StatusBlock(results()))
        block.show("data", str(folder.path))
        block.show("log", str(folder.log_file("engine")))
        if verbose:
            following = asyncio.create_task(follow(part.stderr_file, block.say))
            held.callback(following.cancel)
        process = await PartProcess.start(part)
        held.push_async_callback(process.stop)
        record = await started_engine(folder, process)
        block.show("address", record.url)
        block.show("status", "warming up")
        async with engine_client(folder, record) as client:
            state = await until_ready(client)
        block.show("engine", f"profile {state.profile} on {state.device}")
        block.show("status", "ready")
        block.close()
        code = await process.wait()
        raise ShellFailure(f"The engine {ending(code)}. {process.last_words()}")
