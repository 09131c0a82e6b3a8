"""Finding label sets and classes by name, and who labels, for every command of `magpie label`."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.failures import ShellFailure

if TYPE_CHECKING:
    from engine.client import EngineClient
    from engine.schemas import LabelClass, LabelSet

MOST_NAMED = 10

SetOption = Annotated[
    str, typer.Option("--set", metavar="NAME", help="The label set's name.", show_default=False)
]


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name; OSError from 3.13 on
        return "owner"


PersonOption = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="PERSON",
        default_factory=_login_name,
        show_default="your login name",
        help="Who labels.",
    ),
]


async def set_named(client: EngineClient, library_id: str, name: str) -> LabelSet:
    """The label set of a library with this name, or id.

    Raises:
        ShellFailure: there is none; those there are are named.
    """
    from bot.shell.patience import patiently

    sets = await patiently(lambda: client.labels.sets(library_id))
    for each in sets:
        if name.casefold() == each.name.casefold() or name == each.labelset_id:
            return each
    raise ShellFailure(
        f"There is no label set “{name}” in the library {library_id}. "
        + _those_there_are([each.name for each in sets], "`magpie label create NAME` makes one.")
    )


def class_named(labelset: LabelSet, name: str) -> LabelClass:
    """The class of a set with this name.

    Raises:
        ShellFailure: there is none; those there are are named.
    """
    for each in labelset.offered:
        if name.casefold() == each.name.casefold():
            return each
    raise ShellFailure(
        f"“{labelset.name}” has no class “{name}”. "
        + _those_there_are([each.name for each in labelset.offered], "It has no classes yet.")
    )


def _those_there_are(names: Sequence[str], without_any: str) -> str:
    if not names:
        return without_any
    more = len(names) - MOST_NAMED
    listed = ", ".join(f"“{each}”" for each in names[:MOST_NAMED])
    return f"There is {listed} and {more} more." if more > 0 else f"There is {listed}."
