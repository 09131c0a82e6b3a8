"""`magpie train`: training jobs, for a terminal and for scripts."""

from __future__ import annotations

import typer

from bot.shell.train.cancel import cancel
from bot.shell.train.compare import compare
from bot.shell.train.listing import list_jobs
from bot.shell.train.manifest import manifest
from bot.shell.train.repeat import of_the_group, repeat
from bot.shell.train.start import start
from bot.shell.train.status import status

train = typer.Typer(
    callback=of_the_group,
    invoke_without_command=True,
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
train.command("start")(start)
train.command("status")(status)
train.command("list")(list_jobs)
train.command("compare")(compare)
train.command("cancel")(cancel)
train.command("manifest")(manifest)
train.command("repeat")(repeat)

__all__ = ["train"]
