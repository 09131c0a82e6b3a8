"""Folders whose names are the classes of the files in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bot.shell.folder_walk import Refusal, find_files, printable


@dataclass
class ClassFolders:
    """What a folder of such folders holds.

    Attributes:
        files: resolved paths with the class of each, in order.
        refused: what cannot be indexed, or stands in no class's folder.
    """

    files: list[tuple[Path, str]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def read_class_folders(root: Path) -> ClassFolders:
    """Takes each folder right below `root` for a class; what is below it belongs to that class."""
    read = ClassFolders()
    for entry in sorted(root.iterdir()):
        if entry.name.startswith("."):
            continue
        if not entry.is_dir():
            read.refused.append(
                Refusal(printable(entry), "not in a folder that is named for its class")
            )
            continue
        found = find_files([entry])
        read.files += [(path, entry.name) for path in found.files]
        read.refused += found.refused
    return read
