"""The command: judges a model, or with ``--predict`` asks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.label.lookup import set_named
from bot.shell.models.lookup import ModelArgument, model_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from bot.shell.evaluate.asking import Asked
    from engine.schemas import Evaluation


@dataclass(frozen=True)
class Exam:
    """On what a model is judged: a snapshot's hash, else a label set; else its own snapshot."""

    snapshot: str | None
    set_name: str | None


@shell_command
def evaluate(  # noqa: PLR0917  Typer reads the options from here
    data: DataOption,
    model: ModelArgument,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]",
            exists=True,
            dir_okay=False,
            help="With --predict: pictures, or texts, as the model reads them.",
            show_default=False,
        ),
    ] = None,
    snapshot: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="Judge it on this snapshot, not on its own."),
    ] = None,
    set_name: Annotated[
        str | None,
        typer.Option("--set", metavar="NAME", help="Judge it on this label set as it is now."),
    ] = None,
    predict: Annotated[
        bool, typer.Option("--predict", metavar=" ", help="Ask it what files are.")
    ] = False,
    texts: Annotated[
        list[str] | None,
        typer.Option("--text", metavar="TEXT", help="Ask it what a text is; may be repeated."),
    ] = None,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Judge a trained model on what it has not learnt from, or ask it what something is.

    Without more, it is judged on the items that its own job had kept for testing.

    Example: magpie evaluate 3f2a --set animals
    """
    from bot.shell.evaluate.showing import show_answers, show_evaluation
    from bot.shell.event_loop import run

    if predict != bool(files):
        raise typer.BadParameter("Give files with --predict, and --predict with files.")
    if (snapshot or set_name) and (files or texts):
        raise typer.BadParameter("A model is either judged (--snapshot, --set) or asked.")
    if snapshot and set_name:
        raise typer.BadParameter("Give either --snapshot HASH or --set NAME.")
    folder = DataFolder(data)
    if files or texts:
        asked = run(_ask(folder, (library, model), list(files or []), list(texts or [])))
        show_answers(asked, as_json=as_json)
        raise typer.Exit(0 if any(each.choices for each in asked) else 1)
    judged = run(_judge(folder, (library, model), Exam(snapshot, set_name)))
    show_evaluation(judged, as_json=as_json)


async def _judge(folder: DataFolder, which: tuple[str, str], exam: Exam) -> Evaluation:
    from bot.shell.engine_access import ready_engine
    from bot.shell.patience import patiently
    from bot.shell.screen import waiting

    async with ready_engine(folder) as client:
        card = await model_named(client, *which)
        digest = exam.snapshot or ""
        if exam.set_name is not None:
            labelset = await set_named(client, which[0], exam.set_name)
            taken = await patiently(lambda: client.models.take_snapshot(labelset.labelset_id))
            digest = taken.snapshot
        with waiting("judging the model…"):
            return await patiently(lambda: client.models.evaluate(card.model_id, digest))


async def _ask(
    folder: DataFolder, which: tuple[str, str], files: Sequence[Path], texts: Sequence[str]
) -> Sequence[Asked]:
    from bot.shell.engine_access import ready_engine
    from bot.shell.evaluate.asking import answers
    from bot.shell.screen import waiting

    async with ready_engine(folder) as client:
        card = await model_named(client, *which)
        with waiting("asking the model…"):
            return await answers(client, card, files, texts)
