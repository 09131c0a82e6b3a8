"""Finding the files of folders that can be indexed, and saying why the others cannot."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.filetypes import is_document_name, is_picture_name


@dataclass(frozen=True)
class Refusal:
    """A file that is not indexed, and why."""

    path: str
    reason: str


@dataclass
class Found:
    """What a walk met.

    Attributes:
        files: resolved paths, each once however many links lead to it, in the order met.
        refused: what cannot be indexed.
    """

    files: list[Path] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def find_files(roots: Iterable[Path]) -> Found:
    """Walks folders, following links once, and takes files named directly as they are.

    Below the roots, hidden files and folders are skipped.
    """
    found = Found()
    met: set[Path] = set()
    folders: set[tuple[int, int]] = set()
    for root in roots:
        candidates = _walk(root, folders, found.refused) if root.is_dir() else [root]
        for path in candidates:
            reason = _why_not(path)
            if reason:
                found.refused.append(Refusal(printable(path), reason))
            elif (resolved := path.resolve()) not in met:
                met.add(resolved)
                found.files.append(resolved)
    return found


def printable(path: Path) -> str:
    """The path with bytes that are no UTF-8 replaced, so that any output can carry it."""
    return os.fsencode(path).decode("utf-8", "replace")


def because(error: OSError) -> str:
    """The system's reason as the end of a sentence."""
    return (error.strerror or type(error).__name__).lower()


def _walk(root: Path, folders: set[tuple[int, int]], refused: list[Refusal]) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        refused.append(Refusal(printable(Path(error.filename)), because(error)))

    for folder, subfolders, names in os.walk(root, onerror=refuse, followlinks=True):
        identity = _identity(folder)
        if identity is None or identity in folders:
            subfolders.clear()
            continue
        folders.add(identity)
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        status = Path(folder).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _why_not(path: Path) -> str:
    try:
        status = path.stat()
    except FileNotFoundError:
        return "the link points nowhere"
    except OSError as error:
        return because(error)
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if not is_picture_name(path.name) and not is_document_name(path.name):
        return "not a picture or document"
    if status.st_size == 0:
        return "the file is empty"
    return ""
