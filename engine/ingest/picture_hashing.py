"""The background task that hashes the pictures which were stored before hashes were kept."""

from __future__ import annotations

import asyncio

import structlog

from engine.blobs import BlobStore
from engine.catalogue import Catalogue
from engine.errors import Busy, EngineError, NotReady, StorageFailed
from engine.ingest.ports import PictureReader

log = structlog.get_logger(__name__)

DONE = "old pictures are hashed"
"""The fact by which a data folder is known to need this no more: new uploads bring their hash."""

PAGE = 100


class PictureHashing:
    """Hashes what lacks a hash, one picture at a time, once in the life of a data folder.

    A part that is busy, starting or out of disk is waited for. A picture that cannot be decoded
    is told by its bytes alone, as before.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        blobs: BlobStore,
        pictures: PictureReader,
        *,
        retry_s: float = 5.0,
    ) -> None:
        self._looks = catalogue.looks
        self._meta = catalogue.meta
        self._blobs = blobs
        self._pictures = pictures
        self._retry_s = retry_s

    async def run(self) -> None:
        """Hashes until nothing is left."""
        while await self._meta.get(DONE) is None:
            try:
                await self._hash_all()
            except Exception as error:
                if not isinstance(error, Busy | NotReady | StorageFailed):
                    log.exception("hashing_interrupted")
                await asyncio.sleep(self._retry_s)
            else:
                await self._meta.set_once(DONE, "yes")

    async def _hash_all(self) -> None:
        after = ""
        while page := await self._looks.unhashed(after=after, limit=PAGE):
            for sha256 in dict.fromkeys(sha256 for _, sha256 in page):
                if perceptual_hash := await self._hash(sha256):
                    await self._looks.put_hash(sha256, perceptual_hash)
            after = page[-1][0]

    async def _hash(self, sha256: str) -> bytes:
        try:
            picture = await self._pictures.decode(await self._blobs.get(sha256))
        except (Busy, NotReady, StorageFailed):
            raise
        except EngineError as error:
            log.warning("picture_not_hashed", sha256=sha256, detail=error.detail)
            return b""
        return picture.perceptual_hash
