"""The `magpie` command: its parts put together, and nothing else."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from bot.shell.bot import bot
from bot.shell.classify import classify
from bot.shell.doctor import doctor
from bot.shell.encode import encode
from bot.shell.engine import engine
from bot.shell.evaluate import evaluate
from bot.shell.index import index
from bot.shell.label import label
from bot.shell.map import draw_map
from bot.shell.models import models
from bot.shell.reindex import reindex
from bot.shell.search import search
from bot.shell.standin import standin
from bot.shell.train import train
from bot.shell.up import up
from bot.shell.verify import verify
from bot.shell.worker import worker

app = typer.Typer(
    name="magpie",
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"magpie {version('magpie')}")
        raise typer.Exit


@app.callback()
def magpie(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Find pictures, messages and documents by meaning, in Discord and on disk.

    `magpie` alone is `magpie up`.
    """


app.command("up")(up)
app.command("index")(index)
app.command("search")(search)
app.add_typer(label, name="label")
app.command("classify")(classify)
app.add_typer(train, name="train")
app.add_typer(models, name="models")
app.command("evaluate")(evaluate)
app.command("map")(draw_map)
app.command("encode")(encode)
app.command("doctor")(doctor)
app.command("verify")(verify)
app.command("reindex")(reindex)
app.command("engine")(engine)
app.command("worker")(worker)
app.command("bot")(bot)
app.command("standin")(standin)
