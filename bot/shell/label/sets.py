"""`magpie label sets` and `magpie label create`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.shell.command import shell_command
from bot.shell.datafolder import DataFolder
from bot.shell.label.lookup import PersonOption
from bot.shell.options import DataOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from engine.schemas import LabelSet, NewLabelSet

CLASSES_SHOWN = 12


@shell_command
def sets(
    data: DataOption,
    library: LibraryOption = "local",
    archived: Annotated[
        bool, typer.Option("--archived", metavar=" ", help="Also those that are archived.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the label sets of a library.

    Example: magpie label sets
    """
    from rich.table import Table

    from bot.shell.event_loop import run
    from bot.shell.screen import print_json, results

    found = run(_sets(DataFolder(data), library, include_archived=archived))
    if as_json:
        print_json({"labelsets": [each.model_dump(mode="json") for each in found]})
        return
    if not found:
        results().print("No label set yet. `magpie label create NAME` makes one.", markup=False)
        return
    table = Table("set", "of", "labelled", "classes", box=None, pad_edge=False)
    for each in found:
        table.add_row(*_row(each))
    results().print(table)


@shell_command
def create(  # noqa: PLR0917  Typer reads the options from here
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The task, such as animals.", show_default=False)
    ],
    data: DataOption,
    person: PersonOption,
    kind: Annotated[
        Literal["image", "text"], typer.Option(help="What is labelled: pictures, or texts.")
    ] = "image",
    classes: Annotated[
        list[str] | None,
        typer.Option("--class", metavar="NAME", help="An answer; may be repeated."),
    ] = None,
    description: Annotated[
        str, typer.Option(metavar="TEXT", help="What labellers should know.")
    ] = "",
    multi: Annotated[
        bool, typer.Option("--multi", metavar=" ", help="An item may have several classes.")
    ] = False,
    library: LibraryOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Create a label set.

    Example: magpie label create animals --class cat --class dog
    """
    from pydantic import ValidationError

    from bot.shell.event_loop import run
    from bot.shell.screen import print_json
    from engine.schemas import ItemKind, NewLabelClass, NewLabelSet

    try:
        new = NewLabelSet(
            library_id=library,
            name=name,
            description=description,
            kind=ItemKind(kind),
            multi_label=multi,
            classes=[NewLabelClass(name=each) for each in classes or []],
            asked_by=person,
        )
    except ValidationError as error:
        raise typer.BadParameter(
            "The names of sets and classes have 1 to 100 characters, descriptions at most 1,000."
        ) from error
    made = run(_create(DataFolder(data), new))
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        typer.echo(f"Created “{made.name}” with {len(made.classes)} classes.")


def _row(labelset: LabelSet) -> tuple[str, ...]:
    from rich.markup import escape

    names = [each.name for each in labelset.offered]
    shown = ", ".join(names[:CLASSES_SHOWN])
    more = len(names) - CLASSES_SHOWN
    return (
        escape(labelset.name + (" (archived)" if labelset.archived else "")),
        "pictures" if labelset.kind.value == "image" else "texts",
        str(labelset.labelled),
        escape(f"{shown} and {more} more" if more > 0 else shown),
    )


async def _sets(folder: DataFolder, library_id: str, *, include_archived: bool) -> list[LabelSet]:
    from bot.shell.engine_access import listening_engine
    from bot.shell.patience import patiently

    async with listening_engine(folder) as client:
        return await patiently(
            lambda: client.labels.sets(library_id, include_archived=include_archived)
        )


async def _create(folder: DataFolder, new: NewLabelSet) -> LabelSet:
    from bot.shell.engine_access import listening_engine

    async with listening_engine(folder) as client:
        return await client.labels.create(new)
