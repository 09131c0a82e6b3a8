"""Names of files and folders that every system can unpack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from io import BytesIO
from pathlib import PurePosixPath

from engine.schemas import PICTURE_SUFFIXES, Item

MAX_NAME_BYTES = 120
"""Of a folder, in UTF-8; file systems take 255."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""What Windows refuses, control characters, and those that turn the direction of text."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Devices of Windows, whatever their ending."""


def folder_names(names: Iterable[str]) -> dict[str, str]:
    """A folder for each name; no two differ in case alone."""
    folders: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        safe = _safe(name)
        folder, count = safe, 1
        while folder.casefold() in taken:
            count += 1
            folder = f"{safe} ({count})"
        taken.add(folder.casefold())
        folders[name] = folder
    return folders


def picture_name(item: Item, original: bytes) -> str:
    """A name after a picture's content, so that reposts are one file."""
    for named in (item.filename, item.path):
        suffix = PurePosixPath(named.replace("\\", "/")).suffix.lower()
        if suffix in PICTURE_SUFFIXES:
            return item.sha256 + suffix
    return item.sha256 + _suffix_by_content(original)


def _suffix_by_content(original: bytes) -> str:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(original)) as picture:
            return f".{(picture.format or 'png').lower()}"
    except (UnidentifiedImageError, OSError):
        return ".png"


def _safe(name: str) -> str:
    safe = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name))
    cut = safe.encode("utf-8", "replace")[:MAX_NAME_BYTES].decode("utf-8", "ignore").strip(" .")
    if not cut or _RESERVED.fullmatch(cut):
        return f"_{cut}"
    return cut
