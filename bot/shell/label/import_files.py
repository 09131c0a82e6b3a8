"""`magpie label import`: labels from folders that are named for classes, CSV or JSON lines."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.label.lookup import PersonOption, SetOption, set_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from bot.shell.label.importing import Imported

REFUSALS_SHOWN = 20


@shell_command
def import_files(  # noqa: PLR0917  Typer reads the options from here
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            exists=True,
            help="A folder with one folder a class, or a CSV or JSONL file.",
            show_default=False,
        ),
    ],
    data: DataOption,
    set_name: SetOption,
    person: PersonOption,
    create_classes: Annotated[
        bool,
        typer.Option("--create-classes", metavar=" ", help="Make classes of unknown names."),
    ] = False,
    refused: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", dir_okay=False, help="Write the refused rows of a file to another."
        ),
    ] = None,
    library: LibraryOption = "local",
    channel: Annotated[
        str, typer.Option(metavar="NAME", help="The channel a folder's files count as posted in.")
    ] = "files",
    as_json: JsonOption = False,
) -> None:
    """Import labels: a folder's files are put into the library first, then labelled.

    A row of a CSV or JSONL file names its item by `item_id`, `sha256` or `path`, and its `classes`.
    Good rows go in, the others are listed with the reason; run again, nothing changes.

    Example: magpie label import photos/ --set animals --create-classes
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    whose = (library, channel, person)
    imported = run(_import(DataFolder(data), path, set_name, whose, create_classes, refused))
    if as_json:
        print_json(asdict(imported))
    else:
        _print(imported)


async def _import(
    folder: DataFolder,
    path: Path,
    set_name: str,
    whose: tuple[str, str, str],
    create_classes: bool,
    refused_to: Path | None,
) -> Imported:
    """Imports a folder or a file.

    Args:
        folder: where the engine keeps its state.
        path: what is imported.
        set_name: the label set.
        whose: library, channel and person.
        create_classes: whether unknown names become classes.
        refused_to: where refused rows of a file are written.
    """
    from bot.shell.engine_access import listening_engine
    from bot.shell.label.importing import Target, import_file, import_folders

    library_id, channel_id, person_id = whose
    async with listening_engine(folder) as client:
        labelset = await set_named(client, library_id, set_name)
        target = Target(library_id, channel_id, labelset.labelset_id, person_id, create_classes)
        if path.is_dir():  # noqa: ASYNC240 - nothing else waits on this loop
            return await import_folders(client, path, target)
        return await import_file(client, path, target, refused_to=refused_to)


def _print(imported: Imported) -> None:
    typer.echo(
        f"{imported.imported} labelled, {imported.unchanged} unchanged, "
        f"{len(imported.refused)} refused"
    )
    for each in imported.refused[:REFUSALS_SHOWN]:
        typer.echo(f"  {each.where}: {each.reason}", err=True)
    if (more := len(imported.refused) - REFUSALS_SHOWN) > 0:
        typer.echo(f"  … and {more} more; --json lists them all", err=True)
