"""The background task that turns what was acknowledged into vectors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

import structlog

from engine.catalogue import Catalogue, StoredItem
from engine.encoders.ports import Pixels
from engine.errors import Busy, EngineError, NotReady, StorageFailed
from engine.ingest.contents import ContentReader
from engine.ingest.embedding_models import EmbeddingModels, ItemContent
from engine.ingest.item_index import ItemIndex
from engine.ingest.progress import Progress
from engine.schemas import ItemKind, LibraryStatus

log = structlog.get_logger(__name__)

T = TypeVar("T")

MAX_BATCH_PIXELS = 64_000_000
"""Pixels decoded together, 192 MB; a batch of the largest pictures would take gigabytes."""

MAX_BATCH_PASSAGES = 512
"""Passages embedded together; a batch of books would take as long as an hour's chat."""

Prepared = tuple[StoredItem, ItemContent]


class Beside(Protocol):
    """Collections that are being built beside those that serve."""

    async def keep_up(self, batch: Sequence[Prepared]) -> None:
        """Writes the items' points there; never fails."""
        ...


@dataclass(frozen=True)
class _Batch:
    """Items from the queue, read and decoded.

    Attributes:
        last: where the queue goes on.
    """

    items: list[Prepared]
    last: StoredItem


class Embedder:
    """Embeds what the queue holds, batch after batch; the next is decoded meanwhile.

    A part that is busy, starting or out of disk is waited for. An item that cannot be embedded is
    tried again on later passes over the queue, then left with its error; the others go on.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        contents: ContentReader,
        index: ItemIndex,
        *,
        batch_size: int,
        on_embedded: Callable[[], None] = lambda: None,
        retry_s: float = 5.0,
    ) -> None:
        self._items = catalogue.items
        self._queue = catalogue.embed_queue
        self._contents = contents
        self._index = index
        self._batch_size = batch_size
        self._on_embedded = on_embedded
        self._retry_s = retry_s
        self._work = asyncio.Event()
        self._progress = Progress()
        self._retry_due = False
        self._models: EmbeddingModels | None = None
        self._beside: Beside | None = None

    def use(self, models: EmbeddingModels) -> None:
        """Embeds with these models from now on; what the ones before have made is not written."""
        self._models = models
        self.wake()

    def keep_up(self, beside: Beside | None) -> None:
        """Keeps collections that are being built in step with what arrives, or no longer."""
        self._beside = beside

    def wake(self) -> None:
        """Says that the queue has changed."""
        self._work.set()

    async def embed_again(self) -> int:
        """Queues everything; what is in the index is found until its new vectors replace it."""
        for kind in ItemKind:
            await self._queue.requeue_kind(kind)
        self.wake()
        return await self._queue.count_pending()

    async def run(self) -> None:
        """Embeds with the models in use until cancelled."""
        while True:
            self._work.clear()
            self._retry_due = False
            try:
                await self._pass_over_queue()
            except Exception:
                log.exception("embedding_interrupted")
                self._retry_due = True
            self._announce()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._retry_s if self._retry_due else None):
                    await self._work.wait()

    async def wait_until_embedded(self, library_id: str, timeout_s: float) -> LibraryStatus:
        """Waits until nothing of a library is pending; returns its status then or at time-out."""
        return await self._progress.until(
            lambda: self._items.status(library_id), lambda status: not status.pending, timeout_s
        )

    async def _pass_over_queue(self) -> None:
        upcoming = asyncio.create_task(self._next_batch(None))
        try:
            while (batch := await upcoming) is not None:
                upcoming = asyncio.create_task(self._next_batch(batch.last))
                await self._embed(batch.items)
                self._announce()
        finally:
            upcoming.cancel()
            await asyncio.wait([upcoming])

    async def _next_batch(self, after: StoredItem | None) -> _Batch | None:
        """Reads and decodes the next items of the queue; None at its end."""
        items = affordable(await self._queue.pending(after=after, limit=self._batch_size))
        if not items:
            return None
        texts = await self._contents.texts(items)
        regions = await self._contents.regions(items)
        decoded = await asyncio.gather(*(self._pixels(stored) for stored in items))
        prepared = [
            (
                stored,
                ItemContent(rgb, texts.get(stored.item_id, []), regions.get(stored.item_id, [])),
            )
            for stored, rgb in zip(items, decoded, strict=True)
            if rgb is not None or stored.item.kind is ItemKind.TEXT
        ]
        return _Batch(prepared, items[-1])

    async def _pixels(self, stored: StoredItem) -> Pixels | None:
        """A picture's pixels; None for a text, and for a picture that cannot be decoded."""
        try:
            return await self._patiently(lambda: self._contents.pixels(stored))
        except Exception as error:  # noqa: BLE001 - one picture's trouble is not the batch's
            await self._record_failure(stored, error)
            return None

    async def _embed(self, batch: Sequence[Prepared]) -> None:
        """Embeds items; when that fails, one by one to find the culprit."""
        if not batch:
            return

        async def encode_and_write() -> None:
            # First what is being built: a crash in between leaves the items in the queue.
            if self._beside is not None:
                await self._beside.keep_up(batch)
            models = self._models
            if models is None:
                raise NotReady("The encoders are still loading.", retry_after_s=2.0)
            vectors = await models.item_vectors([content for _, content in batch])
            items = [stored for stored, _ in batch]
            if not await self._index.write(
                list(zip(items, vectors, strict=True)), models.fingerprints
            ):
                self._retry_due = True

        try:
            await self._patiently(encode_and_write)
        except Exception as error:  # noqa: BLE001 - settled item by item
            if len(batch) == 1:
                await self._record_failure(batch[0][0], error)
                return
            for single in batch:
                await self._embed([single])

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Repeats `work` until the part that it needs is there again."""
        while True:
            try:
                return await work()
            except (Busy, NotReady, StorageFailed) as error:
                log.info("embedding_waits", detail=error.detail)
                await asyncio.sleep(error.retry_after_s or self._retry_s)

    async def _record_failure(self, stored: StoredItem, error: Exception) -> None:
        known = isinstance(error, EngineError)
        log.warning("embedding_failed", item_id=stored.item_id, exc_info=None if known else error)
        await self._queue.record_failure(stored.version, _reason(error))
        self._retry_due = True

    def _announce(self) -> None:
        self._progress.announce()
        self._on_embedded()


def affordable(items: Sequence[StoredItem]) -> list[StoredItem]:
    """The first items that fit into memory together, at least one."""
    taken: list[StoredItem] = []
    pixels = passages = 0
    for stored in items:
        pixels += (stored.item.width_px or 0) * (stored.item.height_px or 0)
        passages += stored.points_by_words
        if taken and (pixels > MAX_BATCH_PIXELS or passages > MAX_BATCH_PASSAGES):
            break
        taken.append(stored)
    return taken


def _reason(error: Exception) -> str:
    if isinstance(error, EngineError):
        return error.detail
    return f"{type(error).__name__}: {error}"
