"""Runs the `magpie` command."""

from __future__ import annotations

import sys

from bot.cli import app
from bot.shell.default_command import with_default_command


def main() -> None:
    """Entry point of the console script."""
    app(args=with_default_command(sys.argv[1:]))


if __name__ == "__main__":
    main()
