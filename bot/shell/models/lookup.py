"""Finding models, for every command of `magpie models`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.shell.failures import ShellFailure

if TYPE_CHECKING:
    from engine.client import EngineClient
    from engine.schemas import ModelCard

LOOKED_THROUGH = 100

ModelArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help="The model's id, or how it begins.")
]


async def model_named(client: EngineClient, library_id: str, beginning: str) -> ModelCard:
    """The model of a library whose id begins so.

    Raises:
        ShellFailure: there is none, or more than one.
    """
    from bot.shell.patience import patiently

    page = await patiently(lambda: client.models.models(library_id, limit=LOOKED_THROUGH))
    found = [each for each in page.models if each.model_id.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ShellFailure(f"More than one model begins with {beginning}; give more of its id.")
    raise ShellFailure(
        f"There is no model {beginning} in the library {library_id}. `magpie models list` shows "
        "all."
    )
