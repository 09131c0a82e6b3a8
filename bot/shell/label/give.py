"""`magpie label give`: says what items are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.label.lookup import PersonOption, SetOption, class_named, set_named
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import RefusedLabel


@shell_command
def give(
    class_name: Annotated[
        str, typer.Argument(metavar="CLASS", help="What the items are.", show_default=False)
    ],
    items: Annotated[
        list[str],
        typer.Argument(
            metavar="ITEM",
            help="Ids of items, as `magpie search --json` prints them.",
            show_default=False,
        ),
    ],
    data: DataOption,
    set_name: SetOption,
    person: PersonOption,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Say what items are.

    Example: magpie label give cat 6f1d5c1e-8a55-5a2b-9d0e-3c1f6a7e4b20 --set animals
    """
    from bot.shell.event_loop import run
    from bot.shell.screen import print_json

    labelled, refused = run(_give(DataFolder(data), items, (library, set_name, class_name), person))
    if as_json:
        print_json({"labelled": labelled, "refused": [each.model_dump() for each in refused]})
        return
    typer.echo(f"{labelled} labelled, {len(refused)} refused")
    for each in refused:
        typer.echo(f"  {each.item_id}: {each.reason}", err=True)


async def _give(
    folder: DataFolder, item_ids: Sequence[str], named: tuple[str, str, str], person_id: str
) -> tuple[int, list[RefusedLabel]]:
    """How many were labelled, and those refused.

    Args:
        folder: where the engine keeps its state.
        item_ids: what is labelled.
        named: library, set and class.
        person_id: who says so.
    """
    from bot.shell.engine_access import listening_engine
    from engine.schemas import MAX_LABELS_A_REQUEST, LabelMethod, NewLabels

    library_id, set_name, class_name = named
    labelled, refused = 0, []
    async with listening_engine(folder) as client:
        labelset = await set_named(client, library_id, set_name)
        class_id = class_named(labelset, class_name).class_id
        for start in range(0, len(item_ids), MAX_LABELS_A_REQUEST):
            said = NewLabels(
                labelset_id=labelset.labelset_id,
                person_id=person_id,
                item_ids=list(item_ids[start : start + MAX_LABELS_A_REQUEST]),
                class_ids=[class_id],
                method=LabelMethod.COMMAND,
                channel_ids=None,
            )
            acknowledged = await client.labels.give(said)
            labelled += acknowledged.labelled
            refused += acknowledged.refused
    return labelled, refused
