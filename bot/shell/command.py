"""What every command has: ``--verbose``, secrets from files, and an end without a traceback."""

from __future__ import annotations

import functools
import inspect
import logging
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from bot.shell.datafolder import DataFolder
from bot.shell.failures import FAILED, ShellFailure
from bot.shell.options import VerboseOption
from bot.shell.secret_files import take_secrets

VERBOSE = inspect.Parameter(
    "verbose", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=False, annotation=VerboseOption
)
INTERRUPTED = 130


def shell_command(command: Callable[..., None]) -> Callable[..., None]:
    """Ends a command that raises with one line on stderr instead of a traceback.

    Adds ``--verbose`` where the command does not take it itself: it shows the traceback as well.
    What was not foreseen is kept in ``logs/shell.log`` of the command's `data` folder.
    """
    signature = inspect.signature(command, eval_str=True)
    takes_verbose = "verbose" in signature.parameters

    @functools.wraps(command)
    def guarded(**options: Any) -> None:  # noqa: ANN401 - whatever the command takes
        verbose = options["verbose"] if takes_verbose else options.pop("verbose")
        try:
            take_secrets(os.environ)
            command(**options)
        except KeyboardInterrupt:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.BadParameter, BrokenPipeError):
            raise  # Typer ends these in order
        except Exception as error:  # noqa: BLE001 - the edge of the process
            if verbose:
                traceback.print_exc(file=sys.stderr)
            typer.echo(f"magpie: {_one_line(error, options.get('data'))}", err=True)
            raise typer.Exit(FAILED) from None

    if not takes_verbose:
        guarded.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*signature.parameters.values(), VERBOSE]
        )
    return guarded


def _one_line(error: Exception, data: object) -> str:
    from engine.client import EngineCallFailed

    if isinstance(error, ShellFailure | EngineCallFailed):
        return " ".join(str(error).split())
    where = _kept_traceback(error, data)
    return f"Something unforeseen went wrong ({type(error).__name__}: {error}). {where}"


def _kept_traceback(error: Exception, data: object) -> str:
    if not isinstance(data, Path):
        return "Run it again with -v for the details."
    log_file = DataFolder(data).log_file("shell")
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(log_file, encoding="utf-8")
    except OSError:
        return "Run it again with -v for the details."
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    record = logging.makeLogRecord({"msg": " ".join(sys.argv)})
    record.exc_info = (type(error), error, error.__traceback__)
    handler.emit(record)
    handler.close()
    return f"The details are in {log_file}."
