"""A zip archive whose bytes follow from what is put into it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

IN_MEMORY_BYTES = 1 << 20
"""Of a growing file, before it goes on to a temporary one."""

READABLE = 0o644 << 16


class Archive:
    """Whole files, written at once, and growing ones, written at the end; no times, no owners."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", allowZip64=True)
        self._written: set[str] = set()
        self._growing: dict[str, IO[bytes]] = {}
        self._closing = ExitStack()

    def write(self, name: str, data: bytes) -> None:
        """Adds a file; what comes compressed already is stored as it is."""
        self._zip.writestr(_entry(name, ZIP_STORED), data)
        self._written.add(name)

    def has(self, name: str) -> bool:
        """Whether a file was added."""
        return name in self._written

    def growing(self, name: str) -> IO[bytes]:
        """A file that is filled bit by bit, and added when the archive is finished."""
        if name not in self._growing:
            spool = SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - closed by `finish`
            self._growing[name] = cast("IO[bytes]", self._closing.enter_context(spool))
        return self._growing[name]

    def finish(self) -> None:
        """Adds the growing files in the order in which they were begun, and ends the archive."""
        with self._closing:
            for name, file in self._growing.items():
                file.seek(0)
                with self._zip.open(_entry(name, ZIP_DEFLATED), "w", force_zip64=True) as entry:
                    shutil.copyfileobj(file, entry)
            self._zip.close()


def _entry(name: str, compression: int) -> ZipInfo:
    entry = ZipInfo(name)
    entry.compress_type = compression
    entry.create_system = 3
    entry.external_attr = READABLE
    return entry
