"""`python -m bot.standin`: the stand-in on its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path

from bot.standin.errors import StandInError
from bot.standin.standin import StandIn


def main() -> int:
    """Run until interrupted; give the exit code."""
    arguments = _parser().parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(_serve(arguments.port, arguments.state, arguments.hint))
        except StandInError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.standin", description="A stand-in for Discord on this machine."
    )
    parser.add_argument("--port", type=int, default=8700, help="where to listen (8700)")
    parser.add_argument("--state", type=Path, help="a folder that keeps the chat over restarts")
    parser.add_argument("--hint", default="", help="a line for the page: what to try first")
    return parser


async def _serve(port: int, state: Path | None, hint: str) -> None:
    async with await StandIn.start(port=port, state=state, hint=hint) as standin:
        sys.stdout.write(
            f"The stand-in for Discord is at {standin.url}\n"
            f"Bots log in with the token {standin.token}\n"
            "Stop it with Ctrl-C.\n"
        )
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
