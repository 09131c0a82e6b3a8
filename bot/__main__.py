"""Runs the `magpie` command."""

from __future__ import annotations


def main() -> None:
    """Entry point of the console script."""
    from bot.cli import app

    app()


if __name__ == "__main__":
    main()
