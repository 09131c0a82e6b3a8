"""Keeping a part running: started again, with growing pauses, whenever it dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.shell.failures import FAILED, ShellFailure
from bot.shell.processes import Part, PartProcess, ending

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
"""A part that ran this long starts again after the first pause."""


async def keep_running(
    part: Part, *, was_up: Callable[[], bool], say: Callable[[str], None]
) -> None:
    """Runs a part until cancelled, and stops it then.

    Args:
        part: what to run.
        was_up: whether the part has worked before; until then exit code 1 is its final answer.
        say: takes one line for the person at the terminal.

    Raises:
        ShellFailure: the part refused to start; the text is the sentence it died with.
    """
    loop = asyncio.get_running_loop()
    pause_s = FIRST_PAUSE_S
    while True:
        started = loop.time()
        process = await PartProcess.start(part)
        try:
            code = await process.wait()
        finally:
            await process.stop()
        if code == FAILED and not was_up():
            raise ShellFailure(process.last_words() or f"The {part.name} did not start.")
        if loop.time() - started > STEADY_AFTER_S:
            pause_s = FIRST_PAUSE_S
        why = f" ({words})" if code == FAILED and (words := process.last_words()) else ""
        say(f"The {part.name} {ending(code)}{why}. It starts again in {pause_s:.0f} s.")
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
