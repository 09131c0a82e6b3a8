"""What a command shows: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

UNFOLDED_CHARS = 4096


def results() -> Console:
    """The console for results, on stdout; it folds lines for people only, not for programs."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else UNFOLDED_CHARS)


def asides() -> Console:
    """The console for progress and notes, on stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def print_json(answer: dict[str, Any]) -> None:
    """Prints one JSON object on stdout, in ASCII so that any locale can carry it."""
    typer.echo(json.dumps(answer, indent=2))


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Shows a spinner on stderr while something takes its time; nothing without a terminal."""
    console = asides()
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield
