"""Small pictures to show in place of originals."""

from __future__ import annotations

from engine.blobs import BlobStore
from engine.ingest.ports import PictureReader


class Thumbnails:
    """Reads thumbnails, and makes those again that are missing."""

    def __init__(self, blobs: BlobStore, pictures: PictureReader) -> None:
        self._blobs = blobs
        self._pictures = pictures

    async def get(self, sha256: str) -> bytes:
        """The thumbnail of an original.

        Raises:
            NotFound: there is no such original.
        """
        thumbnail = await self._blobs.get_thumbnail(sha256)
        if thumbnail is None:
            picture = await self._pictures.decode(await self._blobs.get(sha256))
            thumbnail = picture.thumbnail
            await self._blobs.put_thumbnail(sha256, thumbnail)
        return thumbnail
