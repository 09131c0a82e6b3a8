"""What a child says of its progress, read from the file that it appends to."""

from __future__ import annotations

from pathlib import Path

import structlog
from pydantic import ValidationError

from engine.schemas import JobProgress

log = structlog.get_logger(__name__)

READ_BACK_BYTES = 256 * 1024
"""More than any line; a line holds a few numbers for each epoch of one method."""


class EventFile:
    """The last word of an events file; one that is missing says nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = 0

    def news(self) -> JobProgress | None:
        """The last whole line, if the file has grown since this was last asked. Blocks."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return None
        if size == self._size:
            return None
        self._size = size
        with self._path.open("rb") as file:
            file.seek(max(0, size - READ_BACK_BYTES))
            whole, _, _ = file.read().rpartition(b"\n")
        return _progress(whole.rpartition(b"\n")[2])


def _progress(line: bytes) -> JobProgress | None:
    try:
        return JobProgress.model_validate_json(line)
    except ValidationError:
        log.warning("event_not_understood", line=line[:200])
        return None
