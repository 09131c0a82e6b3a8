"""`magpie label import`: labels from folders that are named for classes, CSV or JSON lines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.label.lookup import PersonOption, SetOption, set_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.client import EngineClient
    from engine.schemas import ImportRow

REFUSALS_SHOWN = 20


@dataclass(frozen=True)
class RefusedInput:
    """A row of a file, or a file of a folder, that was not imported, and why."""

    reason: str
    row: int | None = None
    path: str | None = None

    @property
    def where(self) -> str:
        """Which it is, for people."""
        return self.path if self.path is not None else f"row {self.row}"


@dataclass
class Imported:
    """What became of an import so far."""

    imported: int = 0
    unchanged: int = 0
    refused: list[RefusedInput] = field(default_factory=list)


@shell_command
def import_files(
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

    target = Target(library, channel, set_name, person, create_classes)
    imported = run(_import(DataFolder(data), path, target))
    if as_json:
        print_json(asdict(imported))
    else:
        _print(imported)


@dataclass(frozen=True)
class Target:
    """Where labels are imported to, and as whose."""

    library_id: str
    channel_id: str
    set_name: str
    person_id: str
    create_classes: bool


async def _import(folder: DataFolder, path: Path, target: Target) -> Imported:
    from bot.shell.engine_access import listening_engine

    async with listening_engine(folder) as client:
        labelset = await set_named(client, target.library_id, target.set_name)
        return await _from_folders(client, path, labelset.labelset_id, target)


async def _from_folders(
    client: EngineClient, root: Path, labelset_id: str, target: Target
) -> Imported:
    """Puts the files of class folders into the library, then labels them."""
    from bot.shell.folder_walk import printable
    from bot.shell.label.class_folders import read_class_folders
    from bot.shell.screen import waiting
    from bot.shell.uploads import upload_files
    from engine.schemas import ImportRow

    read = await asyncio.to_thread(read_class_folders, root)
    with waiting("indexing the files…"):
        outcome = await upload_files(
            client,
            [path for path, _ in read.files],
            library_id=target.library_id,
            channel_id=target.channel_id,
            advance=lambda: None,
        )
    unusable = [*read.refused, *outcome.refused]
    refused_paths = {each.path for each in unusable}
    rows = [
        ImportRow(row=number, path=printable(path), classes=[name])
        for number, (path, name) in enumerate(read.files)
        if printable(path) not in refused_paths
    ]
    imported = await _send(client, labelset_id, rows, target)
    by_row = {row.row: row.path for row in rows}
    imported.refused = [
        *(RefusedInput(each.reason, path=each.path) for each in unusable),
        *(RefusedInput(each.reason, path=by_row[each.row or 0]) for each in imported.refused),
    ]
    return imported


async def _send(
    client: EngineClient, labelset_id: str, rows: Sequence[ImportRow], target: Target
) -> Imported:
    """Imports rows, as many at once as the engine takes."""
    from engine.schemas import MAX_ROWS_A_REQUEST, ImportRequest

    imported = Imported()
    for start in range(0, len(rows), MAX_ROWS_A_REQUEST):
        request = ImportRequest(
            person_id=target.person_id,
            channel_ids=None,
            create_classes=target.create_classes,
            rows=list(rows[start : start + MAX_ROWS_A_REQUEST]),
        )
        report = await client.labels.import_rows(labelset_id, request)
        imported.imported += report.imported
        imported.unchanged += report.unchanged
        imported.refused += [RefusedInput(each.reason, row=each.row) for each in report.refused]
    return imported


def _print(imported: Imported) -> None:
    typer.echo(
        f"{imported.imported} labelled, {imported.unchanged} unchanged, "
        f"{len(imported.refused)} refused"
    )
    for each in imported.refused[:REFUSALS_SHOWN]:
        typer.echo(f"  {each.where}: {each.reason}", err=True)
    if (more := len(imported.refused) - REFUSALS_SHOWN) > 0:
        typer.echo(f"  … and {more} more; --json lists them all", err=True)
