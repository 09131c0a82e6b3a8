"""`magpie classify`: what pictures and texts are, by a label set or by names alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.label.lookup import set_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.client import EngineClient
    from engine.schemas import Classification, ClassifyRequest

CHOICES_SHOWN = 3


@dataclass(frozen=True)
class Answered:
    """One input, and what it is."""

    input: str
    answer: Classification


@shell_command
def classify(
    data: DataOption,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]", exists=True, dir_okay=False, help="Pictures.", show_default=False
        ),
    ] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="A text, too.")] = None,
    set_name: Annotated[
        str | None, typer.Option("--set", metavar="NAME", help="The label set to go by.")
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Names to choose from, without any label."),
    ] = None,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Say what pictures and texts are: by a label set, or by names alone.

    Example: magpie classify photo.jpg --classes "a cat, a dog, something else"
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    if not files and text is None:
        raise typer.BadParameter("Give pictures, or a text with --text.")
    if (set_name is None) == (classes is None):
        raise typer.BadParameter("Give either --set NAME or --classes A,B.")
    names = [each.strip() for each in classes.split(",") if each.strip()] if classes else None
    if names is not None and len(names) < 2:
        raise typer.BadParameter("Give at least two names.", param_hint="--classes")
    answered = run(_classify(DataFolder(data), list(files or []), text, (library, set_name), names))
    if as_json:
        print_json(
            {
                "answers": [
                    {"input": each.input, **each.answer.model_dump(mode="json")}
                    for each in answered
                ]
            }
        )
    else:
        _print(answered)


async def _classify(
    folder: DataFolder,
    files: Sequence[Path],
    text: str | None,
    by: tuple[str, str | None],
    class_names: Sequence[str] | None,
) -> list[Answered]:
    from bot.shell.engine_access import ready_engine
    from engine.schemas import ClassifyRequest

    library_id, set_name = by
    async with ready_engine(folder) as client:
        labelset_id = None
        if set_name is not None:
            labelset_id = (await set_named(client, library_id, set_name)).labelset_id
        request = ClassifyRequest(
            library_id=library_id,
            channel_ids=None,
            labelset_id=labelset_id,
            class_names=list(class_names) if class_names else None,
        )
        return [answer async for answer in _answers(client, request, files, text)]


async def _answers(
    client: EngineClient, request: ClassifyRequest, files: Sequence[Path], text: str | None
) -> AsyncIterator[Answered]:
    """The answer to each picture, then to the text.

    Raises:
        ShellFailure: an input cannot be read or used; it is named.
    """
    from bot.shell.patience import patiently
    from engine.client import EngineRefused

    for path in files:
        picture = _read(path)
        asked = request.model_copy(update={"upload": True})
        try:
            answer = await patiently(lambda: client.classify(asked, picture))  # noqa: B023
        except EngineRefused as refusal:
            raise ShellFailure(f"{path}: {refusal}") from refusal
        yield Answered(str(path), answer)
    if text is not None:
        asked = request.model_copy(update={"text": text})
        yield Answered(text, await patiently(lambda: client.classify(asked)))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ShellFailure(f"{path} cannot be read ({error.strerror}).") from error


def _print(answered: Sequence[Answered]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from bot.shell.screen import asides, results

    table = Table(box=None, pad_edge=False, show_header=False)
    for each in answered:
        choices = ", ".join(
            f"{choice.name} {choice.probability:.0%}"
            for choice in each.answer.choices[:CHOICES_SHOWN]
        )
        said = f"none of these ({choices})" if each.answer.none_of_these else choices
        table.add_row(escape(each.input), escape(said))
    results().print(table)
    asides().print(answered[0].answer.report.sentence, markup=False)
