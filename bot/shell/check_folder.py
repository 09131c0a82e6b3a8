"""Whether the data folder can be written, and whether there is room in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from bot.shell.checks import Finding, State
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure

TOO_LITTLE_BYTES = 256 * 1024**2
"""Below this the engine's default settings refuse uploads."""
LITTLE_BYTES = 2 * 1024**3


def check_folder(folder: DataFolder) -> Iterator[Finding]:
    """The folder itself, then the disk it is on."""
    try:
        folder.prepare()
    except ShellFailure as failure:
        fix = "Or make room on its disk, or change its permissions."
        yield Finding("data folder", State.BROKEN, str(failure), fix)
        return
    yield Finding("data folder", State.OK, f"{folder.path} can be written.")
    yield _check_room(folder)


def _check_room(folder: DataFolder) -> Finding:
    free_bytes = shutil.disk_usage(folder.path).free
    detail = f"{free_bytes / 1024**3:.1f} GiB free."
    fix = "Make room on this disk, or move the folder to a larger one and pass it with --data."
    if free_bytes < TOO_LITTLE_BYTES:
        return Finding("disk", State.BROKEN, f"{detail} Uploads are refused.", fix)
    if free_bytes < LITTLE_BYTES:
        return Finding("disk", State.WARNING, detail, fix)
    return Finding("disk", State.OK, detail)
