"""Running a part of Magpie as a process of its own that never outlives this one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bot.shell.failures import ShellFailure

STOP_WITHIN_S = 8.0


@dataclass(frozen=True)
class Part:
    """What to run.

    Attributes:
        name: what people call it: engine, bot.
        arguments: the command line after the interpreter.
        environment: variables added to this process's own.
        stderr_file: where its stderr is kept.
    """

    name: str
    arguments: Sequence[str]
    stderr_file: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class PartProcess:
    """One run of a part.

    It gets a session of its own, so that Ctrl-C reaches only this process, which then stops it in
    order. Its stdin is a pipe that nobody writes to: when this process dies, even by kill -9, the
    part reads the end of it and exits.
    """

    def __init__(self, part: Part, process: asyncio.subprocess.Process, stderr_offset: int) -> None:
        self.part = part
        self._process = process
        self._stderr_offset = stderr_offset

    @classmethod
    async def start(cls, part: Part) -> Self:
        """Starts the part."""
        with part.stderr_file.open("ab") as stderr:
            offset = stderr.tell()
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *part.arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=stderr,
                stderr=stderr,
                env={**os.environ, **part.environment},
                start_new_session=True,
            )
        return cls(part, process, offset)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative is the signal that ended it."""
        return self._process.returncode

    async def wait(self) -> int:
        """Waits for its end and answers the exit code."""
        return await self._process.wait()

    async def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """Asks it to stop, and kills it when it has not done so in time."""
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(within_s):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def last_words(self) -> str:
        """The last line it printed, which says why it died; empty when it printed none."""
        with self.part.stderr_file.open("rb") as stderr:
            stderr.seek(self._stderr_offset)
            lines = stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def refuse_taken_port(port: int) -> None:
    """Makes sure that a server could listen on this port of 127.0.0.1.

    Raises:
        ShellFailure: another program has it.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ShellFailure(
                f"Port {port} cannot be used ({error.strerror}). "
                f"Choose another, such as --port {port + 1}."
            ) from error


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
