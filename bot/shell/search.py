"""`magpie search`: the same search as in chat."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import Hit, QueryPart, SearchAnswer, SearchRequest

PASSAGE_CHARS = 160
BAND_STYLES = {"strong": "green", "likely": "yellow", "weak": "dim"}


@shell_command
def search(
    data: DataOption,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Words.", show_default=False)
    ] = None,
    image: Annotated[
        Path | None,
        typer.Option(metavar="FILE", exists=True, dir_okay=False, help="A picture to resemble."),
    ] = None,
    unwanted: Annotated[
        list[str] | None,
        typer.Option("--not", metavar="TEXT", help="What it should not be; may be repeated."),
    ] = None,
    kind: Annotated[
        Literal["image", "text"] | None, typer.Option(help="Find only pictures, or only texts.")
    ] = None,
    library: LibraryOption = "local",
    top_k: Annotated[
        int, typer.Option("--top-k", metavar="N", min=1, max=200, help="How many hits at most.")
    ] = 10,
    as_json: JsonOption = False,
) -> None:
    """Find pictures and texts by meaning: by words, by a picture, or by both.

    Example: magpie search "a dog on the beach" --not people
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json
    from engine.schemas import ItemKind, SearchRequest

    if not (text and text.strip()) and image is None:
        raise typer.BadParameter("Give words, or a picture with --image, or both.")
    folder = DataFolder(data)
    if not folder.exists():
        raise ShellFailure(
            f"There is no data folder {folder.path} yet: nothing to search. "
            "`magpie index PATH` makes one."
        )
    request = SearchRequest(
        library_id=library,
        channel_ids=None,
        parts=_parts(text, image, unwanted or []),
        kinds=[ItemKind(kind)] if kind else None,
        top_k=top_k,
    )
    answer = run(_search(folder, request, image))
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        _print(answer)


def _parts(text: str | None, image: Path | None, unwanted: Sequence[str]) -> list[QueryPart]:
    from engine.schemas import QueryPart

    parts = [QueryPart(text=text)] if text else []
    if image is not None:
        parts.append(QueryPart(upload=0))
    return parts + [QueryPart(text=words, weight=-1.0) for words in unwanted]


async def _search(folder: DataFolder, request: SearchRequest, image: Path | None) -> SearchAnswer:
    from bot.shell.engine_access import ready_engine
    from bot.shell.patience import patiently

    try:
        pictures = [image.read_bytes()] if image is not None else []  # noqa: ASYNC240
    except OSError as error:
        raise ShellFailure(f"{image} cannot be read ({error.strerror}).") from error
    async with ready_engine(folder) as client:
        return await patiently(lambda: client.search(request, pictures))


def _print(answer: SearchAnswer) -> None:
    from rich.table import Table

    from bot.shell.screen import asides, results

    if answer.hint:
        asides().print(answer.hint, markup=False)
    if not answer.hits:
        results().print("No good match.")
        return
    if answer.verdict.value == "no_good_match":
        results().print("No good match. The nearest there is:")
    table = Table(box=None, pad_edge=False)
    table.add_column("match")
    table.add_column("score", justify="right")
    table.add_column("what", overflow="fold")
    for hit in answer.hits:
        table.add_row(f"[{BAND_STYLES[hit.band]}]{hit.band}[/]", f"{hit.score:.3f}", _what(hit))
    results().print(table)


def _what(hit: Hit) -> str:
    from rich.markup import escape

    from bot.passage_location import describe_location

    name = escape(hit.path or hit.filename or f"message {hit.place.message_id}")
    if hit.path:
        name = f"[link={Path(hit.path).as_uri()}]{name}[/link]"
    if not hit.passage:
        return name
    if where := describe_location(hit.location):
        name = f"{name} · {escape(where)}"
    passage = " ".join(hit.passage.split())[:PASSAGE_CHARS]
    return f"{name}\n[dim]{escape(passage)}[/dim]"
