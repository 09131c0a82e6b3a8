"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

DataOption = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="ENGINE_DATA_DIR",
        default_factory=lambda: user_data_path("magpie"),
        show_default="the platform's user data folder",
        file_okay=False,
        resolve_path=True,
        help="The one folder that holds all state.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", metavar=" ", help="Print JSON, for scripts.")]
VerboseOption = Annotated[
    bool,
    typer.Option("--verbose", "-v", metavar=" ", help="Show logs and the details of a failure."),
]


def _library_name(name: str) -> str:
    if not name or "/" in name:
        raise typer.BadParameter("A library's name is not empty and has no slash.")
    return name


LibraryOption = Annotated[
    str,
    typer.Option(
        "--library", metavar="LIBRARY", callback=_library_name, help="The library's name."
    ),
]
