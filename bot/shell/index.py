"""`magpie index`: folders of pictures and documents into a library."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from rich.progress import Progress

    from bot.shell.uploads import Outcome
    from engine.client import EngineClient

POLL_S = 1.0
NO_PROGRESS_AT_MOST_S = 600.0
REFUSALS_SHOWN = 20


@shell_command
def index(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH", exists=True, help="Folders, or single files.", show_default=False
        ),
    ],
    data: DataOption,
    library: LibraryOption = "local",
    channel: Annotated[
        str, typer.Option(metavar="NAME", help="The channel the files count as posted in.")
    ] = "files",
    as_json: JsonOption = False,
) -> None:
    """Put folders of pictures and documents into a library.

    Documents are PDF, Word (.docx), HTML, Markdown, CSV, text files and programs.
    What is there already and has not changed is left alone. Files that cannot be used are listed
    with the reason; the others are indexed all the same.

    Example: magpie index ~/Pictures ~/notes
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    started = time.monotonic()
    outcome = run(_index(DataFolder(data), paths, library, channel))
    took_s = round(time.monotonic() - started, 3)
    if as_json:
        print_json({**asdict(outcome), "took_s": took_s})
    else:
        _print(outcome, took_s)


async def _index(
    folder: DataFolder, paths: Sequence[Path], library_id: str, channel_id: str
) -> Outcome:
    import asyncio

    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from bot.shell.engine_access import listening_engine
    from bot.shell.folder_walk import find_files
    from bot.shell.screen import asides, waiting
    from bot.shell.uploads import upload_files

    with waiting("looking for files…"):
        found = await asyncio.to_thread(find_files, paths)
    async with listening_engine(folder) as client:
        console = asides()
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        ) as progress:
            sending = progress.add_task("sending", total=len(found.files))
            outcome = await upload_files(
                client,
                found.files,
                library_id=library_id,
                channel_id=channel_id,
                advance=lambda: progress.advance(sending),
            )
            if outcome.indexed or outcome.unchanged:
                await _until_searchable(client, library_id, progress)
    outcome.refused = sorted([*found.refused, *outcome.refused], key=lambda refusal: refusal.path)
    return outcome


async def _until_searchable(client: EngineClient, library_id: str, progress: Progress) -> None:
    from bot.shell.engine_access import working_engine
    from bot.shell.patience import patiently

    embedding = progress.add_task("making searchable", total=None)
    most = 0
    fewest, at = None, time.monotonic()
    while True:
        status = await patiently(
            lambda: client.library(library_id, wait_embedded_s=POLL_S, wait_read_s=POLL_S)
        )
        left = status.pending + status.unread
        most = max(most, left)
        progress.update(embedding, total=most, completed=most - left)
        if left == 0:
            return
        await working_engine(client)
        if fewest is None or left < fewest:
            fewest, at = left, time.monotonic()
        elif time.monotonic() - at > NO_PROGRESS_AT_MOST_S:
            raise ShellFailure(
                f"{left} items are stored but cannot be searched yet: the engine makes "
                "no progress with them. `magpie doctor` may say why."
            )


def _print(outcome: Outcome, took_s: float) -> None:
    typer.echo(
        f"{outcome.indexed} indexed, {outcome.unchanged} unchanged, "
        f"{len(outcome.refused)} refused, in {took_s:.1f} s"
    )
    for refusal in outcome.refused[:REFUSALS_SHOWN]:
        typer.echo(f"  {refusal.path}: {refusal.reason}", err=True)
    more = len(outcome.refused) - REFUSALS_SHOWN
    if more > 0:
        typer.echo(f"  … and {more} more; --json lists them all", err=True)
