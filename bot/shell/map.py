"""`magpie map`: a library in two dimensions, as a picture and as a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import LibraryMap, MapRequest


@dataclass(frozen=True)
class MapFiles:
    """Where to write a map.

    Attributes:
        picture: a PNG; None: nowhere.
        page: an HTML file; None: nowhere.
    """

    picture: Path | None
    page: Path | None


@shell_command
def draw_map(  # noqa: PLR0917  Typer reads the options from here
    data: DataOption,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.png", dir_okay=False, help="Draw it into a file.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html", dir_okay=False, help="Write a page to look around in it."
        ),
    ] = None,
    kind: Annotated[
        Literal["image", "text"], typer.Option(help="Map pictures, or texts.")
    ] = "image",
    set_name: Annotated[
        str | None,
        typer.Option("--set", metavar="NAME", help="A label set that gives the colours."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A trained model beside the one that serves."),
    ] = None,
    max_items: Annotated[
        int, typer.Option(metavar="N", min=3, max=5000, help="Draw so many, at random.")
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Of the draw and the map.")] = 0,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Map a library: alike items lie close together, by raw pixels and by meaning.

    Example: magpie map --out map.png --html map.html
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json, results
    from engine.schemas import ItemKind, MapRequest, MapView

    if out is None and html is None and not as_json:
        raise typer.BadParameter("Give a file with --out or --html, or ask for --json.")
    request = MapRequest(
        library_id=library,
        channel_ids=None,
        kind=ItemKind(kind),
        views=[MapView.FEATURES, MapView.TRAINED] if model else [MapView.PIXELS, MapView.FEATURES],
        model_id=model,
        max_items=max_items,
        seed=seed,
        title=library,
    )
    drawn = run(_drawn(DataFolder(data), request, set_name, MapFiles(out, html)))
    if as_json:
        print_json(drawn.model_dump(mode="json"))
    else:
        results().print(drawn.sentence, markup=False)


async def _drawn(
    folder: DataFolder, request: MapRequest, set_name: str | None, files: MapFiles
) -> LibraryMap:
    from bot.shell.engine_access import ready_engine
    from bot.shell.label.lookup import set_named
    from bot.shell.models.lookup import model_named
    from bot.shell.patience import patiently
    from bot.shell.screen import waiting

    async with ready_engine(folder) as client:
        if set_name is not None:
            labelset = await set_named(client, request.library_id, set_name)
            request = request.model_copy(update={"labelset_id": labelset.labelset_id})
        if request.model_id is not None:
            card = await model_named(client, request.library_id, request.model_id)
            request = request.model_copy(update={"model_id": card.model_id})
        with waiting("drawing the map…"):
            drawn = await patiently(lambda: client.maps.make(request))
            if files.picture is not None:
                _write(files.picture, await patiently(lambda: client.maps.picture(drawn.map_id)))
            if files.page is not None:
                _write(files.page, await patiently(lambda: client.maps.page(drawn.map_id)))
    return drawn


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ShellFailure(f"{path} cannot be written ({error.strerror}).") from error
