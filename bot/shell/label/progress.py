"""`magpie label progress`: how a label set stands, and what more labels would bring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.label.lookup import SetOption, set_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import LabelProgress


@shell_command
def progress(
    data: DataOption,
    set_name: SetOption,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", dir_okay=False, help="Draw it into a file, too."),
    ] = None,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Show how a label set stands, and what more labels would bring.

    Example: magpie label progress --set animals
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    standing = run(_progress(DataFolder(data), library, set_name, picture))
    if as_json:
        print_json(standing.model_dump(mode="json"))
    else:
        _print(standing)


async def _progress(
    folder: DataFolder, library_id: str, set_name: str, picture: Path | None
) -> LabelProgress:
    from bot.shell.engine_access import ready_engine
    from bot.shell.patience import patiently

    async with ready_engine(folder) as client:
        labelset = await set_named(client, library_id, set_name)
        standing = await patiently(lambda: client.labels.progress(labelset.labelset_id))
        if picture is not None:
            drawn = await patiently(lambda: client.labels.progress_picture(labelset.labelset_id))
            try:
                picture.write_bytes(drawn)  # noqa: ASYNC240 - nothing else waits on this loop
            except OSError as error:
                raise ShellFailure(f"{picture} cannot be written ({error.strerror}).") from error
    return standing


def _print(standing: LabelProgress) -> None:
    from rich.markup import escape
    from rich.table import Table

    from bot.shell.screen import results

    console = results()
    console.print(f"{standing.labelled} labelled, {standing.disputed} disputed")
    classes = Table("class", "items", "usable", box=None, pad_edge=False)
    for each in standing.classes:
        classes.add_row(escape(each.name), str(each.items), str(each.usable))
    labellers = Table("labeller", "labels", "unsure", "skipped", box=None, pad_edge=False)
    for person in standing.labellers:
        counts = (person.labels, person.unsure, person.skipped)
        labellers.add_row(escape(person.person_id), *map(str, counts))
    for table in (classes, labellers):
        if table.rows:
            console.print()
            console.print(table)
    console.print()
    console.print(standing.agreement.meaning, markup=False)
    console.print(standing.curve.sentence, markup=False)
