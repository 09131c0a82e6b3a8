"""The vectors of items, kept in step with the catalogue by the only one who writes points."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qdrant_client import models

from engine.catalogue import Catalogue, EmbedState, Forgotten, StoredItem
from engine.errors import NotReady
from engine.ingest.collections import (
    CollectionName,
    Collections,
    ItemVectors,
    about_items,
    expected_points,
    is_current,
    is_expected,
    item_id_of_point,
    point_id,
    points_of,
)
from engine.schemas import ForgetRequest, ItemKind
from engine.vectors.port import VectorIndex

PAGE = 500
"""Items or points looked at under one lock: some ten milliseconds."""


@dataclass(frozen=True)
class ItemsPage:
    """A page of the catalogue, compared with the index.

    Attributes:
        pointless: items that should have points of their present content and lack some.
        last: id of the last item; None when the page is empty and the walk over.
    """

    items: list[StoredItem]
    pointless: list[str]
    last: str | None


@dataclass(frozen=True)
class PointsPage:
    """A page of a collection, compared with the catalogue.

    Attributes:
        orphans: points whose item is gone, or has fewer points.
        stale: points that show an old content while nothing is under way to replace it, and the
            item of each.
        cursor: of the next page; None after the last one.
    """

    seen: int = 0
    orphans: list[str] = field(default_factory=list)
    stale: dict[str, str] = field(default_factory=dict)
    cursor: str | None = None


class ItemIndex:
    """Writes, removes and compares the points of items.

    One lock makes each step whole: what is compared is never half-written. It exists before the
    encoders are loaded, because forgetting must work then; points left over are found later.
    """

    def __init__(self, catalogue: Catalogue, lock: asyncio.Lock | None = None) -> None:
        self._catalogue = catalogue
        self._items = catalogue.items
        self._queue = catalogue.embed_queue
        self._collections: Collections | None = None
        self._others: dict[str, VectorIndex] = {}
        self._lock = lock or asyncio.Lock()

    def attach(self, collections: Collections) -> None:
        """Starts to work on these collections."""
        self._collections = collections

    def beside(self, collections: Collections) -> ItemIndex:
        """Works on other collections of the same items, such as those that are being built."""
        other = ItemIndex(self._catalogue, self._lock)
        other.attach(collections)
        return other

    def keep_clean(self, index: VectorIndex) -> None:
        """Has what is forgotten deleted from a generation that does not serve, too."""
        self._others[index.spec.key] = index

    async def purge(self, index: VectorIndex) -> None:
        """Deletes from a generation what is not in the catalogue any more."""
        cursor: str | None = None
        while True:
            async with self._lock:
                points, cursor = await index.scroll(None, cursor, PAGE)
                items = await self._items.stored([item_id_of_point(point) for point in points])
                gone = [str(p.id) for p in points if item_id_of_point(p) not in items]
                if gone:
                    await index.delete(gone)
            if cursor is None:
                return

    def let_go(self, index: VectorIndex) -> None:
        """Leaves a generation alone, as it is about to be dropped."""
        self._others.pop(index.spec.key, None)

    async def write(
        self,
        embedded: Sequence[tuple[StoredItem, ItemVectors]],
        fingerprints: Mapping[CollectionName, str],
    ) -> bool:
        """Writes the points of items and marks the items as embedded.

        What was replaced or forgotten meanwhile is left out. Another engine, which does not share
        the lock, may still do so during the write; such points are removed again.

        Args:
            embedded: the items with their vectors.
            fingerprints: of the encoders that have made those.

        Returns:
            False when other encoders have taken over meanwhile; nothing was written then.
        """
        async with self._lock:
            if any(self._attached.named(n).spec.fingerprint != f for n, f in fingerprints.items()):
                return False
            current = await self._current(embedded)
            for name in CollectionName:
                await self._replace_points(name, current)
            marked = await self._mark_embedded([stored for stored, _ in current])
            outdated = [stored.item_id for stored, _ in current if stored.item_id not in marked]
            if outdated:
                await self._delete_points(outdated)
            return True

    async def fill(
        self,
        embedded: Sequence[tuple[StoredItem, ItemVectors]],
        names: Collection[CollectionName],
    ) -> None:
        """Writes the points of items in some of the collections, and marks nothing."""
        async with self._lock:
            current = await self._current(embedded)
            for name in names:
                await self._replace_points(name, current)

    async def switch(self, collections: Collections, decided: Mapping[str, str]) -> None:
        """Goes over to other collections, between two writes.

        Args:
            collections: with points of everything that those so far have.
            decided: what the catalogue keeps of it; when that fails, nothing has changed.
        """
        async with self._lock:
            both = [(k, self._attached.of(k).spec, collections.of(k).spec) for k in ItemKind]
            adopted = {
                kind: (before.fingerprint, after.fingerprint)
                for kind, before, after in both
                if before.fingerprint != after.fingerprint
            }
            await self._queue.take_over(decided, adopted)
            self._collections = collections

    async def forget(self, request: ForgetRequest) -> Forgotten:
        """Deletes a page of the items meant and then their points, until nothing is forgotten."""
        async with self._lock:
            forgotten = await self._items.forget(request, limit=PAGE)
            if forgotten.item_ids:
                await self._delete_points(forgotten.item_ids)
            return forgotten

    async def requeue_other_encoders(self) -> None:
        """Queues the items whose vectors come from other encoders than those that serve."""
        for kind in ItemKind:
            fingerprint = self._attached.of(kind).spec.fingerprint
            await self._queue.requeue_other_encoders(kind, fingerprint)

    async def compare_items(
        self,
        after: str | None,
        *,
        repair: bool,
        names: Collection[CollectionName] = tuple(CollectionName),
    ) -> ItemsPage:
        """Looks for items that lack points; with `repair` queues them for embedding.

        Args:
            after: id of the item behind which the page begins.
            repair: whether to do something about it.
            names: the collections looked at.
        """
        async with self._lock:
            items = await self._items.scan(after=after, limit=PAGE)
            lacking = [await self._lacking(name, items) for name in names]
            pointless = sorted(set().union(*lacking))
            if repair and pointless:
                await self._queue.requeue(pointless)
        return ItemsPage(items, pointless, items[-1].item_id if items else None)

    async def compare_points(
        self, name: CollectionName, cursor: str | None, *, repair: bool
    ) -> PointsPage:
        """Looks for points without an item; with `repair` removes them."""
        index = self._attached.named(name)
        async with self._lock:
            points, following = await index.scroll(None, cursor, PAGE)
            items = await self._items.stored([item_id_of_point(point) for point in points])
            page = PointsPage(seen=len(points), cursor=following)
            for point in points:
                stored = items.get(item_id_of_point(point))
                if stored is None or not is_expected(name, point, stored):
                    page.orphans.append(str(point.id))
                elif (
                    not is_current(name, point, stored)
                    and stored.embed_state is not EmbedState.PENDING
                ):
                    page.stale[str(point.id)] = stored.item_id
            if repair and (page.orphans or page.stale):
                await index.delete([*page.orphans, *page.stale])
                await self._queue.requeue(list(set(page.stale.values())))
        return page

    async def _replace_points(
        self, name: CollectionName, items: Sequence[tuple[StoredItem, ItemVectors]]
    ) -> None:
        """Makes the points of items in a collection those of their vectors, and no others."""
        index = self._attached.named(name)
        points = [p for stored, vectors in items for p in points_of(name, stored, vectors.of(name))]
        if points:
            await index.upsert(points)
        replaced = [stored.item_id for stored, _ in items if stored.revision > 1]
        if replaced:
            left_over = about_items(replaced)
            left_over.must_not = [models.HasIdCondition(has_id=[point.id for point in points])]
            await index.delete(left_over)

    async def _mark_embedded(self, items: Sequence[StoredItem]) -> set[str]:
        marked: set[str] = set()
        for kind in ItemKind:
            versions = [stored.version for stored in items if stored.item.kind is kind]
            fingerprint = self._attached.of(kind).spec.fingerprint
            marked |= await self._queue.mark_embedded(versions, fingerprint)
        return marked

    async def _current(
        self, embedded: Sequence[tuple[StoredItem, ItemVectors]]
    ) -> list[tuple[StoredItem, ItemVectors]]:
        """What was neither replaced nor forgotten since it was read."""
        present = await self._items.stored([stored.item_id for stored, _ in embedded])
        return [
            (stored, vectors)
            for stored, vectors in embedded
            if stored.item_id in present and present[stored.item_id].content == stored.content
        ]

    async def _delete_points(self, item_ids: Sequence[str]) -> None:
        everywhere = {index.spec.key: index for index in self._collections or ()} | self._others
        for index in everywhere.values():
            await index.delete(about_items(item_ids))

    async def _lacking(self, name: CollectionName, items: Sequence[StoredItem]) -> set[str]:
        """The items without a current point for each that they should have in a collection."""
        expected = {
            point_id(stored.item_id, n): stored
            for stored in items
            if stored.embed_state is not EmbedState.FAILED
            for n in range(expected_points(name, stored))
        }
        index = self._attached.named(name)
        ids = list(expected)
        lacking = set(ids)
        for start in range(0, len(ids), PAGE):
            points = await index.retrieve(ids[start : start + PAGE])
            lacking -= {str(p.id) for p in points if is_current(name, p, expected[str(p.id)])}
        return {expected[each].item_id for each in lacking}

    @property
    def _attached(self) -> Collections:
        if self._collections is None:
            raise NotReady(
                "The encoders are still loading; try again in a moment.", retry_after_s=2
            )
        return self._collections
