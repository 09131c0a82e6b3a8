"""The background task that looks for text in pictures once they can be found by what they show.

Reading takes a hundred times as long as embedding, so it comes last and one picture at a time.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from engine.blobs import BlobStore
from engine.catalogue import Catalogue, StoredItem
from engine.errors import Busy, EngineError, NotReady, StorageFailed
from engine.ingest.passes import Passes
from engine.ingest.ports import PictureTextReader
from engine.passages import Passage
from engine.schemas import LibraryStatus

log = structlog.get_logger(__name__)


class PictureReading(Passes):
    """Reads the pictures that the catalogue has and nobody has read, the oldest uploads first.

    A part that is busy, starting or out of disk is waited for. A picture that cannot be read,
    whatever its reader stumbles over, has no text and holds up no other.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        blobs: BlobStore,
        reader: PictureTextReader,
        *,
        on_text: Callable[[], None],
        retry_s: float = 5.0,
    ) -> None:
        super().__init__(retry_s=retry_s)
        self._items = catalogue.items
        self._passages = catalogue.passages
        self._blobs = blobs
        self._reader = reader
        self._on_text = on_text

    async def wait_until_read(self, library_id: str, timeout_s: float) -> LibraryStatus:
        """Waits until a library's pictures are read; returns its status then or at time-out."""
        return await self._progress.until(
            lambda: self._items.status(library_id), lambda status: not status.unread, timeout_s
        )

    async def _pass(self) -> bool:
        while unread := await self._passages.unread(limit=1):
            (stored,) = unread
            passages = await self._read(stored)
            await self._passages.put_read(stored.version, passages)
            if passages:
                self._on_text()
            self._progress.announce()
        return True

    async def _read(self, stored: StoredItem) -> list[Passage]:
        try:
            return await self._reader.read(await self._blobs.get(stored.item.sha256))
        except (Busy, NotReady, StorageFailed):
            raise
        except Exception as error:
            known = isinstance(error, EngineError)
            log.warning(
                "picture_not_read", item_id=stored.item_id, exc_info=None if known else error
            )
            return []
