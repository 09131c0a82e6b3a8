"""Files that survive whatever ends a process."""

from __future__ import annotations

import os
from pathlib import Path

from engine.errors import StorageFailed


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a file that is either the old one or the whole new one, whenever power fails.

    Raises:
        StorageFailed: there is no room for it; the old file is still there.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageFailed(
            f"{path.name} could not be written ({error.strerror}). What was kept before is still "
            "there; free some space, and the run goes on from it."
        ) from error


def put_in_place(written: Path, folder: Path) -> None:
    """Has a folder that was written under another name be there as a whole, or not at all.

    Args:
        written: on the same disk.
        folder: not there yet.
    """
    for path in written.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    written.replace(folder)
