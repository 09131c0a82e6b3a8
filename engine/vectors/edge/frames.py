"""Messages on a pipe: eight bytes of length, then a pickle.

Both ends are this package's own processes; nothing else can reach the pipe.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

from engine.vectors.edge.commands import Command

READY = 0
"""Number of the reply that the process sends unasked, once it holds its folder or cannot."""

_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Request:
    """A command, and the number that its reply will carry."""

    number: int
    command: Command[Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request: an answer, or the error to raise."""

    number: int
    answer: Any = None
    error: Exception | None = None


def write_frame(pipe: BinaryIO, message: Request | Reply) -> None:
    """Writes one message and flushes it."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(body)) + body)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> Any | None:  # noqa: ANN401 - a Request or a Reply
    """Reads one message; None when the other end is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = pipe.read(length)
    return pickle.loads(body) if len(body) == length else None  # noqa: S301 - our own process
