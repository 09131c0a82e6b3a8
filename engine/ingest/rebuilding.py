"""Fills collections of another encoder beside those that serve, and proves that they are whole."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Collection, Sequence

import numpy as np
from qdrant_client import models as qdrant

from engine.catalogue import EmbedState, StoredItem
from engine.catalogue.items import ItemRepository
from engine.errors import EngineError, StorageFailed
from engine.ingest.collections import BM25, CollectionName, Collections, ItemVectors, point_id
from engine.ingest.contents import ContentReader
from engine.ingest.embedder import Prepared
from engine.ingest.embedding_models import EmbeddingModels, ItemContent
from engine.ingest.item_index import ItemIndex
from engine.schemas import ItemKind

BATCH = 16
"""Items embedded at once; a search waits for no more than these."""

PAUSE_SHARE = 1.0
"""Rests after each batch for as long as it took, so that searches have half of the machine."""

MOST_PASSES = 5
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

    async def fill(self, batch: Sequence[Prepared]) -> None:
        """Writes the points of items that have just been read."""
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
        """
        for number in range(MOST_PASSES):
            filled = 0
            async for seen, written in self._pass():
                filled += written
                if number == 0:
                    yield seen
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
        for name in self._names:
            for (stored, _), made in zip(batch, vectors, strict=True):
                await self._compare(name, stored, made)

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
                await self.fill(await self._read(lacking[start : start + BATCH]))
                await asyncio.sleep(PAUSE_SHARE * (time.monotonic() - started_s))
            after = page.last
            yield len(page.items), len(lacking)

    async def _read(self, items: Sequence[StoredItem]) -> list[Prepared]:
        texts = await self._contents.texts(items)
        regions = await self._contents.regions(items)
        read = []
        for stored in items:
            try:
                rgb = await self._contents.pixels(stored)
            except EngineError:
                self._unreadable.add(stored.item_id)  # found by the embedder after the switch
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

    async def _compare(self, name: CollectionName, stored: StoredItem, made: ItemVectors) -> None:
        expected = made.of(name)
        ids = [point_id(stored.item_id, n) for n in range(len(expected))]
        found = await self._collections.named(name).retrieve(ids, with_vectors=True)
        by_id = {str(point.id): point for point in found}
        for each, vectors in zip(ids, expected, strict=True):
            if each not in by_id or not _alike(by_id[each], vectors):
                raise StorageFailed(
                    f"The new vectors of item {stored.item_id} are not what its encoder makes, so "
                    "nothing was switched."
                )


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
