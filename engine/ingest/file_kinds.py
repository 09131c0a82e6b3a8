"""Whether a file is taken for a picture or for a document; its reader has the last word."""

from __future__ import annotations

import re
from pathlib import PurePath

from engine.schemas import PICTURE_SUFFIXES, ItemKind

PICTURE_START = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*|RIFF....WEBP|....ftyp(hei|hev|mif1|avi)", re.DOTALL
)
"""First bytes of the formats in `engine.decoding.FORMATS` that no text begins with."""


def kind_of_file(filename: str, data: bytes) -> ItemKind:
    """A picture when the name or the bytes say so, or when there is no name to say otherwise."""
    suffix = PurePath(filename).suffix.lower()
    if not suffix or suffix in PICTURE_SUFFIXES or PICTURE_START.match(data):
        return ItemKind.IMAGE
    return ItemKind.TEXT
