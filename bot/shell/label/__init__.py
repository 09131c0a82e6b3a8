"""`magpie label`: label sets, labels, and files of labels, for a terminal and for scripts."""

from __future__ import annotations

import typer

from bot.shell.label.export import export
from bot.shell.label.give import give
from bot.shell.label.import_files import import_files
from bot.shell.label.progress import progress
from bot.shell.label.sets import create, sets

label = typer.Typer(
    help="Label sets, labels, and files of labels.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
label.command("sets")(sets)
label.command("create")(create)
label.command("give")(give)
label.command("import")(import_files)
label.command("export")(export)
label.command("progress")(progress)

__all__ = ["label"]
