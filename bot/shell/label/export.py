"""`magpie label export`: the labels of a set as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.label.lookup import SetOption, set_named
from bot.shell.options import DataOption, LibraryOption


@shell_command
def export(
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", dir_okay=False, help="Where to.", show_default=False),
    ],
    data: DataOption,
    set_name: SetOption,
    format_name: Annotated[
        Literal["jsonl", "csv", "folder", "coco", "huggingface"],
        typer.Option("--format", help="How; all but the first two are zip archives."),
    ] = "jsonl",
    library: LibraryOption = "local",
) -> None:
    """Write the labels of a set to a file.

    Example: magpie label export --set animals --format folder --out animals.zip
    """
    from bot.shell.event_loop import run

    if not out.parent.is_dir():
        raise ShellFailure(f"There is no folder {out.parent} to write to.")
    exported = run(_export(DataFolder(data), library, set_name, format_name))
    try:
        out.write_bytes(exported)
    except OSError as error:
        raise ShellFailure(f"{out} cannot be written ({error.strerror}).") from error
    typer.echo(f"Written to {out}.")


async def _export(folder: DataFolder, library_id: str, set_name: str, format_name: str) -> bytes:
    from bot.shell.engine_access import listening_engine
    from bot.shell.screen import waiting
    from engine.schemas import ExportFormat, ExportRequest

    async with listening_engine(folder) as client:
        labelset = await set_named(client, library_id, set_name)
        request = ExportRequest(format=ExportFormat(format_name), channel_ids=None)
        with waiting("gathering labels…"):
            return await client.labels.export(labelset.labelset_id, request)
