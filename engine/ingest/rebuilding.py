"""Fills collections of another encoder beside those that serve, and proves that they are whole."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import structlog
from qdrant_client import models as qdrant

from engine.catalogue import EmbedState, StoredItem
from engine.catalogue.items import ItemRepository
from engine.errors import Busy, EngineError, NotReady, StorageFailed
from engine.ingest.collections import BM25, CollectionName, Collections, ItemVectors, point_id
from engine.ingest.contents import ContentReader
from engine.ingest.embedder import Prepared
from engine.ingest.embedding_models import EmbeddingModels, ItemContent
from engine.ingest.item_index import ItemIndex
from engine.schemas import ItemKind

log = structlog.get_logger(__name__)

T = TypeVar("T")

BATCH = 16
"""Items embedded at once; a search waits for no more than these."""

PAUSE_SHARE = 1.0
"""Rests after each batch for as long as it took, so that searches have half of the machine."""

MOST_PASSES = 5

PATIENCE_S = 120.0
"""How long a part that is busy, or being started again, is waited for."""

MOST_LEFT_OUT = 0.01
"""Share of the items, or one item, that may not be embeddable before the encoder is to blame."""

SAMPLE = 32
LEAST_COSINE = 0.99
"""Of a stored vector with the same item encoded again; half precision and batch sizes differ."""


class Rebuild:
    """One new set of collections on its way.

    Args:
        items: all there are.
        index: of them, over the new collections.
        collections: those.
        names: which of them are new.
        contents: reads items.
        models: make the new vectors.
    """

    def __init__(
        self,
        items: ItemRepository,
        index: ItemIndex,
        collections: Collections,
        names: Collection[CollectionName],
        contents: ContentReader,
        models: EmbeddingModels,
    ) -> None:
        self._items = items
        self._index = index
        self._collections = collections
        self._names = names
        self._contents = contents
        self._models = models
        self._unreadable: set[str] = set()

    async def keep_up(self, batch: Sequence[Prepared]) -> None:
        """Writes the points of items that are about to serve; what fails is found lacking later."""
        try:
            await self._write(batch)
        except Exception:
            log.exception("not_kept_up")

    async def _write(self, batch: Sequence[Prepared]) -> None:
        contents = [self._narrowed(content) for _, content in batch]
        vectors = await self._models.item_vectors(contents)
        items = [stored for stored, _ in batch]
        await self._index.fill(list(zip(items, vectors, strict=True)), self._names)

    async def run(self) -> AsyncIterator[int]:
        """Fills what is lacking, until a pass over all items finds nothing.

        What an interrupted run has written is found there, and not made again.

        Yields:
            How many more items the first pass has looked at.

        Raises:
            StorageFailed: items appear faster than they are embedded, or the disk is full.
            EngineError: the encoder cannot embed what the one before could.
        """
        for number in range(MOST_PASSES):
            filled = total = 0
            async for seen, written in self._pass():
                filled, total = filled + written, total + seen
                if number == 0:
                    yield seen
            if len(self._unreadable) > max(1.0, MOST_LEFT_OUT * total):
                raise EngineError(
                    f"{len(self._unreadable)} of {total} items could not be embedded by the new "
                    "model, so it did not take over. The log says why."
                )
            if not filled and number:
                return
        raise StorageFailed("Items change faster than the new collection can follow.")

    async def verify(self) -> None:
        """Encodes a sample of items again, and compares.

        Raises:
            StorageFailed: a vector is another one than it should be.
        """
        items = await self._sample()
        batch = await self._read(items)
        vectors = await self._models.item_vectors([self._narrowed(each) for _, each in batch])
        wrong = [
            stored
            for (stored, _), made in zip(batch, vectors, strict=True)
            for name in self._names
            if not await self._has(name, stored, made)
        ]
        present = await self._items.stored([stored.item_id for stored in wrong])
        if any(present.get(stored.item_id) == stored for stored in wrong):  # others have changed
            raise StorageFailed(
                "The new vectors are not what the new model makes of the same items, so it did not "
                "take over. Have it take over again; if that fails as well, check the disk."
            )

    async def _pass(self) -> AsyncIterator[tuple[int, int]]:
        """How many items of each page were looked at, and filled."""
        after: str | None = None
        while True:
            page = await self._index.compare_items(after, repair=False, names=self._names)
            if page.last is None:
                return
            wanted = set(page.pointless) - self._unreadable
            lacking = [
                stored
                for stored in page.items
                if stored.item_id in wanted and stored.embed_state is EmbedState.EMBEDDED
            ]
            for start in range(0, len(lacking), BATCH):
                started_s = time.monotonic()
                await self._fill(await self._read(lacking[start : start + BATCH]))
                await asyncio.sleep(PAUSE_SHARE * (time.monotonic() - started_s))
            after = page.last
            yield len(page.items), len(lacking)

    async def _fill(self, batch: Sequence[Prepared]) -> None:
        """Embeds items; when that fails, one by one, and the culprit is left out."""
        if not batch:
            return
        try:
            await _patiently(lambda: self._write(batch))
        except (Busy, NotReady, StorageFailed):
            raise
        except Exception as error:  # noqa: BLE001 - settled item by item
            if len(batch) == 1:
                self._leave_out(batch[0][0], error)
                return
            for single in batch:
                await self._fill([single])

    def _leave_out(self, stored: StoredItem, error: Exception) -> None:
        """Has an item be found lacking by the reconciler, once the switch is made."""
        log.warning("not_embedded_anew", item_id=stored.item_id, exc_info=error)
        self._unreadable.add(stored.item_id)

    async def _read(self, items: Sequence[StoredItem]) -> list[Prepared]:
        texts = await self._contents.texts(items)
        regions = await self._contents.regions(items)
        read = []
        for stored in items:
            try:
                rgb = await _patiently(partial(self._contents.pixels, stored))
            except (Busy, NotReady):
                raise
            except EngineError as error:
                self._leave_out(stored, error)
                continue
            content = ItemContent(
                rgb, texts.get(stored.item_id, []), regions.get(stored.item_id, [])
            )
            read.append((stored, content))
        return read

    def _narrowed(self, content: ItemContent) -> ItemContent:
        """What of an item goes into the new collections."""
        return ItemContent(
            content.rgb if CollectionName.IMAGES in self._names else None,
            content.passages if CollectionName.PASSAGES in self._names else [],
            content.regions if CollectionName.REGIONS in self._names else [],
        )

    async def _sample(self) -> list[StoredItem]:
        """Items drawn from as many places of the catalogue."""
        found: dict[str, StoredItem] = {}
        kinds = set(ItemKind) if CollectionName.PASSAGES in self._names else {ItemKind.IMAGE}
        for _ in range(SAMPLE):
            page = await self._items.scan(after=str(uuid.uuid4()), limit=1)
            found.update(
                (stored.item_id, stored)
                for stored in page
                if stored.item.kind in kinds
                and stored.embed_state is EmbedState.EMBEDDED
                and stored.item_id not in self._unreadable
            )
        return list(found.values())

    async def _has(self, name: CollectionName, stored: StoredItem, made: ItemVectors) -> bool:
        """Whether the points of an item are there, with these vectors."""
        expected = made.of(name)
        ids = [point_id(stored.item_id, n) for n in range(len(expected))]
        found = await self._collections.named(name).retrieve(ids, with_vectors=True)
        by_id = {str(point.id): point for point in found}
        return all(
            each in by_id and _alike(by_id[each], vectors)
            for each, vectors in zip(ids, expected, strict=True)
        )


async def _patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Repeats `work` until the part that it needs is there again, if that is soon."""
    last_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return await work()
        except (Busy, NotReady) as error:
            if time.monotonic() > last_s:
                raise
            await asyncio.sleep(error.retry_after_s or 1.0)


def _alike(point: qdrant.Record, expected: dict[str, list[float] | qdrant.SparseVector]) -> bool:
    stored = point.vector if isinstance(point.vector, dict) else {}
    for name, wanted in expected.items():
        if name == BM25:
            continue
        one, other = np.asarray(stored.get(name)), np.asarray(wanted)
        if one.shape != other.shape:
            return False
        if one @ other < LEAST_COSINE * np.linalg.norm(one) * np.linalg.norm(other):
            return False
    return True
