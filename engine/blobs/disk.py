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


def sync_to_disk(path: Path, root: Path) -> None:
    """Makes a written file and its entry in every folder up to `root` survive a power cut.

    object_store's local store, unlike a database, never calls fsync.
    """
    for entry in (path, *path.parents):
        if entry.is_dir() and os.name == "nt":  # Windows has no handle to sync a folder by
            return
        descriptor = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if entry == root:
            return


def remove_unfinished(folder: Path, *, before: datetime) -> None:
    """Deletes what writers that died before `before` have left below `folder`."""
    for path in folder.rglob(_UNFINISHED):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.0f} MiB"
