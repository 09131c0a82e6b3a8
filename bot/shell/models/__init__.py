"""`magpie models`: trained models, and which of them searches, for a terminal and for scripts."""

from __future__ import annotations

import typer

from bot.shell.models.cancel import cancel
from bot.shell.models.delete import delete
from bot.shell.models.listing import list_models
from bot.shell.models.rollback import rollback
from bot.shell.models.show import show
from bot.shell.models.use import use

models = typer.Typer(
    help="Trained models, and which of them searches.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
models.command("list")(list_models)
models.command("show")(show)
models.command("use")(use)
models.command("cancel")(cancel)
models.command("rollback")(rollback)
models.command("delete")(delete)

__all__ = ["models"]
