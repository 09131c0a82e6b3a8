"""Showing what a part writes to its file, as it writes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

LOOK_AGAIN_AFTER_S = 0.2


async def follow(path: Path, say: Callable[[str], None]) -> None:
    """Passes on every line appended to a file from now on, until cancelled."""
    with path.open("a+", encoding="utf-8", errors="replace") as file:
        rest = ""
        while True:
            chunk = file.read()
            if not chunk:
                await asyncio.sleep(LOOK_AGAIN_AFTER_S)
                continue
            *lines, rest = (rest + chunk).split("\n")
            for line in lines:
                say(line)
