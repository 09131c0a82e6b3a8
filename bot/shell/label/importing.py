"""Sends labels to the engine: from folders that are named for classes, from CSV and JSON lines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.shell.failures import ShellFailure
from bot.shell.folder_walk import printable
from bot.shell.label.class_folders import read_class_folders
from bot.shell.screen import waiting
from bot.shell.uploads import upload_files
from engine.client import EngineClient
from engine.client.label_files import UnreadableLabelFile, read_label_file, refused_file
from engine.schemas import MAX_ROWS_A_REQUEST, ImportRequest, ImportRow, RefusedRow


@dataclass(frozen=True)
class Target:
    """Where labels are imported to, and as whose.

    Attributes:
        create_classes: whether unknown names become classes.
    """

    library_id: str
    channel_id: str
    labelset_id: str
    person_id: str
    create_classes: bool


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


async def import_folders(client: EngineClient, root: Path, target: Target) -> Imported:
    """Puts the files of class folders into the library, then labels them."""
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
    unusable_paths = {each.path for each in unusable}
    rows = [
        ImportRow(row=number, path=printable(path), classes=[name])
        for number, (path, name) in enumerate(read.files)
        if printable(path) not in unusable_paths
    ]
    imported, refused = await _send(client, rows, target)
    paths = {row.row: row.path for row in rows}
    imported.refused = [
        *(RefusedInput(each.reason, path=each.path) for each in unusable),
        *(RefusedInput(each.reason, path=paths[each.row]) for each in refused),
    ]
    return imported


async def import_file(
    client: EngineClient, path: Path, target: Target, *, refused_to: Path | None
) -> Imported:
    """Imports the rows of a CSV or JSONL file.

    Args:
        client: the engine.
        path: the file.
        target: where to.
        refused_to: where the refused rows are written, with the reasons.

    Raises:
        ShellFailure: the file cannot be read, or the other not be written.
    """
    try:
        read = read_label_file(await asyncio.to_thread(path.read_bytes), path.name)
    except OSError as error:
        raise ShellFailure(f"{path} cannot be read ({error.strerror}).") from error
    except UnreadableLabelFile as unreadable:
        raise ShellFailure(f"{path}: {unreadable.detail}") from unreadable
    imported, refused = await _send(client, read.rows, target)
    refused = sorted([*read.refused, *refused], key=lambda each: each.row)
    imported.refused = [RefusedInput(each.reason, row=each.row) for each in refused]
    if refused_to is not None and refused:
        try:
            await asyncio.to_thread(refused_to.write_bytes, refused_file(read, refused))
        except OSError as error:
            raise ShellFailure(f"{refused_to} cannot be written ({error.strerror}).") from error
    return imported


async def _send(
    client: EngineClient, rows: Sequence[ImportRow], target: Target
) -> tuple[Imported, list[RefusedRow]]:
    """Imports rows, as many at once as the engine takes; what became of them, and the refused."""
    imported, refused = Imported(), []
    for start in range(0, len(rows), MAX_ROWS_A_REQUEST):
        request = ImportRequest(
            person_id=target.person_id,
            channel_ids=None,
            create_classes=target.create_classes,
            rows=list(rows[start : start + MAX_ROWS_A_REQUEST]),
        )
        report = await client.labels.import_rows(target.labelset_id, request)
        imported.imported += report.imported
        imported.unchanged += report.unchanged
        refused += report.refused
    return imported, refused
