"""Small pictures to show in place of originals."""

from __future__ import annotations

import asyncio
from io import BytesIO

from PIL import Image, ImageDraw

from engine.blobs import BlobStore
from engine.decoding import THUMBNAIL_QUALITY
from engine.ingest.ports import PictureReader
from engine.schemas import Box

FRAME = (("black", 5), ("#ffd400", 3))
"""Colour and width in pixels of each line around a marked part: seen on any ground."""


class Thumbnails:
    """Reads thumbnails, and makes those again that are missing."""

    def __init__(self, blobs: BlobStore, pictures: PictureReader) -> None:
        self._blobs = blobs
        self._pictures = pictures

    async def get(self, sha256: str, marked: Box | None = None) -> bytes:
        """The thumbnail of an original, with a frame around the part that is marked.

        Raises:
            NotFound: there is no such original.
        """
        thumbnail = await self._blobs.get_thumbnail(sha256)
        if thumbnail is None:
            picture = await self._pictures.decode(await self._blobs.get(sha256))
            thumbnail = picture.thumbnail
            await self._blobs.put_thumbnail(sha256, thumbnail)
        return thumbnail if marked is None else await asyncio.to_thread(_framed, thumbnail, marked)


def _framed(thumbnail: bytes, box: Box) -> bytes:
    """The thumbnail with a frame around a part of it; what lies outside of it is cut off."""
    with Image.open(BytesIO(thumbnail)) as picture:
        drawn = picture.convert("RGB")
    widest = max(width for _, width in FRAME)
    left, right = _inside(box.x, box.width, drawn.width)
    top, bottom = _inside(box.y, box.height, drawn.height)
    for colour, width in FRAME:
        inset = (widest - width) // 2
        corners = (left + inset, top + inset, right - inset, bottom - inset)
        if corners[0] <= corners[2] and corners[1] <= corners[3]:
            ImageDraw.Draw(drawn).rectangle(corners, outline=colour, width=width)
    file = BytesIO()
    drawn.save(file, "WEBP", quality=THUMBNAIL_QUALITY)
    return file.getvalue()


def _inside(start: float, length: float, side_px: int) -> tuple[int, int]:
    """First and last pixel of a span of shares, within the picture."""
    first = min(max(round(start * side_px), 0), side_px - 1)
    last = min(max(round((start + length) * side_px) - 1, first), side_px - 1)
    return first, last
