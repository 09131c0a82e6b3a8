"""The engine process: ``python -m engine --data DIR``.

Exit codes: 0 after a graceful stop, 1 with one line on stderr when it cannot start, 2 on wrong
usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from pydantic import ValidationError

from engine.errors import EngineError
from engine.settings import EngineSettings
from engine.variables import misspelt


def main() -> int:
    """Runs the engine until it is told to stop."""
    arguments = _parse()
    if wrong := misspelt(EngineSettings, os.environ):
        return _refuse(wrong)
    overrides = {
        name: value
        for name, value in (("data_dir", arguments.data), ("port", arguments.port))
        if value is not None
    }
    try:
        settings = EngineSettings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(step) for step in first["loc"]).upper()
        return _refuse(f"ENGINE_{name} is wrong: {first['msg']}.")
    from engine.server import serve

    try:
        serve(settings, screen=arguments.verbose, exit_with_parent=arguments.exit_with_parent)
    except EngineError as error:
        return _refuse(error.detail)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine", description=main.__doc__)
    parser.add_argument("--data", type=Path, help="folder that holds everything")
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")
    parser.add_argument("-v", "--verbose", action="store_true", help="log to the screen too")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when standard input closes"
    )
    return parser.parse_args()


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
