"""The vectors of items, kept in step with the catalogue by the only one who writes points."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.catalogue import Catalogue, EmbedState, Forgotten, StoredItem
from engine.errors import NotReady
from engine.ingest.collections import Collections, PointVectors, is_current, points_of
from engine.schemas import ForgetRequest, ItemKind

PAGE = 500
"""Items or points looked at under one lock: some ten milliseconds."""


@dataclass(frozen=True)
class ItemsPage:
    """A page of the catalogue, compared with the index.

    Attributes:
        pointless: items that should have a point of their present content and have none.
        last: id of the last item; None when the page is empty and the walk over.
    """

    items: list[StoredItem]
    pointless: list[str]
    last: str | None


@dataclass(frozen=True)
class PointsPage:
    """A page of a collection, compared with the catalogue.

    Attributes:
        orphans: points whose item is gone, or of another kind.
        stale: points that show an old content while nothing is under way to replace it.
        cursor: of the next page; None after the last one.
    """

    seen: int = 0
    orphans: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    cursor: str | None = None


class ItemIndex:
    """Writes, removes and compares the points of items.

    One lock makes each step whole: what is compared is never half-written. It exists before the
    encoders are loaded, because forgetting must work then; points left over are found later.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._items = catalogue.items
        self._queue = catalogue.embed_queue
        self._collections: Collections | None = None
        self._lock = asyncio.Lock()

    def attach(self, collections: Collections) -> None:
        """Starts to work on these collections."""
        self._collections = collections

    async def write(
        self, kind: ItemKind, embedded: Sequence[tuple[StoredItem, PointVectors]]
    ) -> None:
        """Writes the points of items of one kind and marks the items as embedded.

        What was replaced or forgotten meanwhile is left out. Another engine, which does not share
        the lock, may still do so during the write; such a point is removed again.
        """
        index = self._attached.of(kind)
        async with self._lock:
            present = await self._items.stored([stored.item_id for stored, _ in embedded])
            current = [
                (stored, vectors)
                for stored, vectors in embedded
                if stored.item_id in present and present[stored.item_id].version == stored.version
            ]
            await index.upsert(
                [p for stored, vectors in current for p in points_of(stored, vectors)]
            )
            versions = [stored.version for stored, _ in current]
            marked = await self._queue.mark_embedded(versions, index.spec.fingerprint)
            outdated = [version.item_id for version in versions if version.item_id not in marked]
            if outdated:
                await index.delete(outdated)

    async def forget(self, request: ForgetRequest) -> Forgotten:
        """Deletes a page of the items meant and then their points, until nothing is forgotten."""
        async with self._lock:
            forgotten = await self._items.forget(request, limit=PAGE)
            if forgotten.item_ids:
                for index in self._collections or ():
                    await index.delete(forgotten.item_ids)
            return forgotten

    async def requeue_other_encoders(self) -> None:
        """Queues the items whose vectors come from other encoders than those that serve."""
        for kind in ItemKind:
            fingerprint = self._attached.of(kind).spec.fingerprint
            await self._queue.requeue_other_encoders(kind, fingerprint)

    async def compare_items(self, after: str | None, *, repair: bool) -> ItemsPage:
        """Looks for items without a point; with `repair` queues them for embedding."""
        async with self._lock:
            items = await self._items.scan(after=after, limit=PAGE)
            pointless = [
                item_id
                for kind in ItemKind
                for item_id in await self._pointless(
                    kind, [i for i in items if i.item.kind is kind]
                )
            ]
            if repair and pointless:
                await self._queue.requeue(pointless)
        return ItemsPage(items, pointless, items[-1].item_id if items else None)

    async def compare_points(
        self, kind: ItemKind, cursor: str | None, *, repair: bool
    ) -> PointsPage:
        """Looks for points without an item; with `repair` removes them."""
        index = self._attached.of(kind)
        async with self._lock:
            points, following = await index.scroll(None, cursor, PAGE)
            items = await self._items.stored([str(point.id) for point in points])
            page = PointsPage(seen=len(points), cursor=following)
            for point in points:
                stored = items.get(str(point.id))
                if stored is None or stored.item.kind is not kind:
                    page.orphans.append(str(point.id))
                elif not is_current(point, stored) and stored.embed_state is not EmbedState.PENDING:
                    page.stale.append(str(point.id))
            if repair and (page.orphans or page.stale):
                await index.delete(page.orphans + page.stale)
                await self._queue.requeue(page.stale)
        return page

    async def _pointless(self, kind: ItemKind, items: Sequence[StoredItem]) -> list[str]:
        expected = {i.item_id: i for i in items if i.embed_state is not EmbedState.FAILED}
        if not expected:
            return []
        points = await self._attached.of(kind).retrieve(list(expected))
        current = {str(p.id) for p in points if is_current(p, expected[str(p.id)])}
        return [item_id for item_id in expected if item_id not in current]

    @property
    def _attached(self) -> Collections:
        if self._collections is None:
            raise NotReady(
                "The encoders are still loading; try again in a moment.", retry_after_s=2
            )
        return self._collections
