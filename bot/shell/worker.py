"""`magpie worker`: what runs training jobs, alone."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, VerboseOption

SAVES_WITHIN_S = 20.0
"""How long a job that runs may take to keep what it has reached."""


@shell_command
def worker(data: DataOption, verbose: VerboseOption = False) -> None:
    """Run training jobs of a data folder until Ctrl-C; what runs then is kept and goes on later.

    An engine starts a worker by itself when a job waits. This one is there before, and outlives it.

    Example: magpie worker
    """
    from bot.shell.event_loop import run

    try:
        run(_work(DataFolder(data), verbose=verbose))
    except KeyboardInterrupt:
        typer.echo("Stopped.")


async def _work(folder: DataFolder, *, verbose: bool) -> None:
    from bot.shell.follow import follow
    from bot.shell.parts import worker_part
    from bot.shell.processes import PartProcess, ending

    folder.prepare()
    part = worker_part(folder, verbose=verbose)
    async with AsyncExitStack() as held:
        if verbose:
            following = asyncio.create_task(follow(part.stderr_file, typer.echo))
            held.callback(following.cancel)
        process = await PartProcess.start(part)
        held.push_async_callback(process.stop, SAVES_WITHIN_S)
        typer.echo(f"Runs the training jobs of {folder.path}. Its log: {folder.log_file('worker')}")
        code = await process.wait()
        raise ShellFailure(process.last_words() or f"The worker {ending(code)}.")
