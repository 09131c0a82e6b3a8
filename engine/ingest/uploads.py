"""Uploads: checked, made durable, acknowledged; their vectors follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from engine.blobs import BlobStore, sha256_of
from engine.catalogue import Catalogue, Content, EmbedState, Put, item_id_of
from engine.errors import BadRequest, LimitExceeded, StorageFailed
from engine.extraction import split_text
from engine.ingest.file_kinds import kind_of_file
from engine.ingest.originals import Originals
from engine.ingest.ports import DocumentReader, PictureReader
from engine.schemas import Acknowledged, ItemAck, ItemKind, NewItem

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class UploadLimits:
    """The largest uploads taken."""

    max_file_bytes: int
    max_text_chars: int


class Uploads:
    """Takes pictures, documents and texts.

    What is acknowledged is on disk: the original in blobs, then the row. A refused upload leaves
    nothing. The same place with the same content is left as it is.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        blobs: BlobStore,
        originals: Originals,
        pictures: PictureReader,
        documents: DocumentReader,
        limits: UploadLimits,
        *,
        on_arrival: Callable[[], None],
    ) -> None:
        self._items = catalogue.items
        self._blobs = blobs
        self._originals = originals
        self._pictures = pictures
        self._documents = documents
        self._limits = limits
        self._on_arrival = on_arrival

    async def accept(self, new_item: NewItem, data: bytes | None) -> ItemAck:
        """Stores an upload.

        Args:
            new_item: where, by whom and when it was posted, with the words of a text.
            data: the file of a picture or document.

        Raises:
            BadRequest: neither or both of text and file, an empty one, or one that cannot be read.
            LimitExceeded: larger or longer than the settings allow.
            StorageFailed: the disk is full or refuses.
        """
        if (new_item.text is None) == (data is None):
            raise BadRequest("An item is either a text or a file: send exactly one of them.")
        if not await self._items.may_keep(new_item):
            return await self._keep_nothing(new_item, data)
        if data is None:
            put = await self._accept_text(new_item)
        else:
            put = await self._accept_file(new_item, data)
        await self._sweep(put.unreferenced)
        self._on_arrival()
        return ItemAck(item_id=put.item_id, kind=_kind_of(new_item, data), status=put.status)

    async def _keep_nothing(self, new_item: NewItem, data: bytes | None) -> ItemAck:
        """Acknowledges what may not be kept, unread and unchecked."""
        content = (new_item.text or "").encode() if data is None else data
        put = await self._items.keep_nothing(new_item.place, await sha256_of(content))
        await self._sweep(put.unreferenced)
        return ItemAck(item_id=put.item_id, kind=_kind_of(new_item, data), status=put.status)

    async def _accept_text(self, new_item: NewItem) -> Put:
        words = new_item.text or ""
        passages = split_text(words)
        if not passages:
            raise BadRequest("The text is empty; there is nothing to find it by.")
        if "\0" in words:
            raise BadRequest("The text contains NUL characters; it is probably a binary file.")
        if len(words) > self._limits.max_text_chars:
            raise LimitExceeded(
                f"The text has {len(words)} characters; "
                f"up to {self._limits.max_text_chars} are taken."
            )
        data = words.encode()
        return await self._items.put(
            Content(
                described=new_item,
                kind=ItemKind.TEXT,
                sha256=await sha256_of(data),
                size_bytes=len(data),
                has_blob=False,
                passages=passages if len(passages) > 1 else (),
            )
        )

    async def _accept_file(self, new_item: NewItem, data: bytes) -> Put:
        if not data:
            raise BadRequest("The file is empty.")
        if len(data) > self._limits.max_file_bytes:
            raise LimitExceeded(
                f"The file has {len(data) / 2**20:.1f} MiB; "
                f"up to {self._limits.max_file_bytes / 2**20:.1f} MiB are taken."
            )
        sha256 = await sha256_of(data)
        if await self._is_stored(new_item, sha256):
            return Put(item_id_of(new_item.place), Acknowledged.UNCHANGED)
        thumbnail = None
        if kind_of_file(new_item.filename, data) is ItemKind.TEXT:
            content = await self._document(new_item, sha256, data)
        else:
            content, thumbnail = await self._picture(new_item, sha256, data)
        async with self._originals.storing(sha256, data, thumbnail):
            return await self._items.put(content)

    async def _document(self, new_item: NewItem, sha256: str, data: bytes) -> Content:
        return Content(
            described=new_item,
            kind=ItemKind.TEXT,
            sha256=sha256,
            size_bytes=len(data),
            has_blob=True,
            passages=await self._documents.read(data, new_item.filename),
        )

    async def _picture(self, new_item: NewItem, sha256: str, data: bytes) -> tuple[Content, bytes]:
        """A picture's content, and its thumbnail."""
        picture = await self._pictures.decode(data)
        content = Content(
            described=new_item,
            kind=ItemKind.IMAGE,
            sha256=sha256,
            size_bytes=len(data),
            has_blob=True,
            width_px=picture.width_px,
            height_px=picture.height_px,
            perceptual_hash=picture.perceptual_hash,
        )
        return content, picture.thumbnail

    async def _is_stored(self, new_item: NewItem, sha256: str) -> bool:
        """Whether this very upload is complete, so that it need not even be decoded."""
        item_id = item_id_of(new_item.place)
        stored = (await self._items.stored([item_id])).get(item_id)
        return (
            stored is not None
            and (stored.item.sha256, stored.has_blob) == (sha256, True)
            and stored.embed_state is not EmbedState.FAILED
            and await self._blobs.exists(sha256)
        )

    async def _sweep(self, sha256s: Sequence[str]) -> None:
        """Deletes originals that are not needed any more; the upload is answered either way."""
        try:
            await self._originals.sweep(sha256s)
        except StorageFailed as error:
            log.warning("sweep_failed", sha256s=sha256s, detail=error.detail)


def _kind_of(new_item: NewItem, data: bytes | None) -> ItemKind:
    return ItemKind.TEXT if data is None else kind_of_file(new_item.filename, data)
