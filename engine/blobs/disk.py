"""What the object store leaves to us on a local disk: room, power cuts and crashed writers."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from engine.errors import StorageFailed

_UNFINISHED = "*#*"
"""object_store stages a write as ``<name>#<n>`` beside its target and never lists such files."""


def require_room(folder: Path, size_bytes: int, *, min_free_bytes: int) -> None:
    """Makes sure that the disk still has its reserve after a write.

    Raises:
        StorageFailed: it would not.
    """
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes - size_bytes < min_free_bytes:
        raise StorageFailed(
            f"The disk is full: {_mib(free_bytes)} are left, and {_mib(min_free_bytes)} are kept "
            "free. Nothing was kept; free some space or lower ENGINE_MIN_FREE_BYTES."
        )


class DiskSync:
    """Makes files below a folder survive power cuts; object_store never calls fsync.

    A file is safe when its bytes and its entry in every folder above it are. Folders whose own
    entries are known to be safe are remembered and not synced again.
    """

    def __init__(self, root: Path) -> None:
        self._top = root.parent
        self._safe_folders: set[Path] = set()

    def sync(self, path: Path) -> None:
        """Returns when the file at `path` is safe. Blocks; threads may call it at once."""
        _fsync(path, os.O_RDWR)
        if os.name == "nt":  # Windows has no handle to sync a folder by
            return
        new_folders = []
        for folder in path.parents:
            _fsync(folder, os.O_RDONLY)
            if folder == self._top or folder in self._safe_folders:
                break
            new_folders.append(folder)
        self._safe_folders.update(new_folders)


def remove_unfinished(folder: Path, *, before: datetime) -> None:
    """Deletes what writers that died before `before` have left below `folder`."""
    for path in folder.rglob(_UNFINISHED):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)


def _fsync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.0f} MiB"
