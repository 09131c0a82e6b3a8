"""The process of one run, as its worker holds it.

It has a session of its own, so that what kills it, a failure of the GPU or the lack of memory,
reaches nobody else. The worker beats on its stdin; a child that hears nothing for long ends itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

import engine

CHILD: Sequence[str] = (sys.executable, "-P", "-m", "engine.training.child")
"""The command of a run; the run's folder is its one argument."""

DONE, FAILED, TAKEN = 0, 1, 75
"""Exit codes: the result is written; it cannot be had, and the last line printed says why; another
child works on the folder. Any other is a crash."""

SAVES_WITHIN_S = 10.0
"""How long a child may take to write a checkpoint before it is killed."""

OUTPUT = "output.log"
LONGEST_LINE_BYTES = 2048

Answer = TypeVar("Answer")


class ChildProcess:
    """One run of a child."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, program: Sequence[str], folder: Path) -> Self:
        """Starts a child on the folder of a run, where what it prints is kept.

        Raises:
            OSError: it cannot be started.
        """
        with (folder / OUTPUT).open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *program,
                str(folder),
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": str(Path(engine.__file__).parents[1])},
                start_new_session=True,
            )
        return cls(process)

    @property
    def pid(self) -> int:
        """The operating system's id of the process."""
        return self._process.pid

    def beat(self) -> None:
        """Lets the child know that its worker lives."""
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(b"\n")

    async def ended(self, within_s: float) -> int | None:
        """The exit code; None when it still runs after so long. Negative is a signal."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                return await self._process.wait()
        return None

    async def stop(self) -> int:
        """Tells the child to save and end, kills it when it does not, and answers its exit code.

        However often its caller is cancelled meanwhile, the child is dead when this returns.
        """
        self._send(signal.SIGTERM)
        return await _to_the_end(self._saved_or_killed())

    async def _saved_or_killed(self) -> int:
        code = await self.ended(SAVES_WITHIN_S)
        if code is None:
            self._send(signal.SIGKILL)
            code = await self._process.wait()
        return code

    def _send(self, what: signal.Signals) -> None:
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, what)


def last_words(folder: Path) -> str:
    """The last line that children on a folder printed; empty when they printed none. Blocks."""
    try:
        with (folder / OUTPUT).open("rb") as output:
            output.seek(max(0, output.seek(0, os.SEEK_END) - LONGEST_LINE_BYTES))
            lines = output.read().decode("utf-8", "replace").strip().splitlines()
    except FileNotFoundError:
        return ""
    return lines[-1] if lines else ""


def ending(code: int) -> str:
    """How a child ended, in words."""
    if code >= 0:
        return f"it ended with exit code {code}"
    return f"it was ended by {signal.Signals(-code).name}"


async def _to_the_end(work: Coroutine[Any, Any, Answer]) -> Answer:
    task = asyncio.create_task(work)
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    return task.result()
