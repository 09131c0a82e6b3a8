"""Bringing index and blobs back in step with the catalogue after crashes and losses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import structlog

from engine.blobs import BlobStore
from engine.catalogue import Catalogue
from engine.ingest.collections import CollectionName
from engine.ingest.expiry import Expiry
from engine.ingest.item_index import ItemIndex
from engine.ingest.originals import Originals

log = structlog.get_logger(__name__)

ORPHAN_GRACE = timedelta(minutes=10)
"""Age from which an original without a row counts as left over: an upload in flight has a blob
before it has a row."""

PAGES_PER_ROUND = 20
"""Pages looked at every `reconcile_every_s`; a round of the largest takes about a second."""


@dataclass
class Repairs:
    """What a walk over everything has put right so far."""

    requeued_items: int = 0
    removed_points: int = 0
    removed_blobs: int = 0


class Reconciler:
    """Walks over everything in bounded pages: all of it at start, then some every round."""

    def __init__(
        self,
        catalogue: Catalogue,
        blobs: BlobStore,
        originals: Originals,
        index: ItemIndex,
        expiry: Expiry,
        *,
        every_s: float,
        on_change: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._blobs = blobs
        self._originals = originals
        self._index = index
        self._expiry = expiry
        self._every_s = every_s
        self._on_change = on_change
        self._walk = self._walk_over_everything(ORPHAN_GRACE)

    async def run(self) -> None:
        """Repairs everything, then goes on in rounds until cancelled."""
        # No upload of an earlier process is in flight, and `Originals` knows those of this one.
        await _logging_failure(self.reconcile(grace=timedelta(0)))
        while True:
            await asyncio.sleep(self._every_s)
            await _logging_failure(self.round())

    async def catch_up(self) -> None:
        """Walks over everything once, as another index serves than before."""
        await _logging_failure(self.reconcile())

    async def reconcile(self, *, grace: timedelta = ORPHAN_GRACE) -> Repairs:
        """Walks over everything once; returns what was repaired.

        Args:
            grace: how old an original without a row must be to count as left over.
        """
        repairs = Repairs()
        async for repaired in self._walk_over_everything(grace):
            repairs = repaired
        return repairs

    async def round(self) -> None:
        """Deletes what has been kept long enough, and looks at the next few pages."""
        now = datetime.now(UTC)
        await self._expiry.forget_expired(now=now)
        await self._catalogue.tidy(now=now)
        for _ in range(PAGES_PER_ROUND):
            if await anext(self._walk, None) is None:
                self._walk = self._walk_over_everything(ORPHAN_GRACE)
                return

    async def _walk_over_everything(self, grace: timedelta) -> AsyncGenerator[Repairs]:
        """Repairs page by page, yielding what was repaired so far after each."""
        repairs = Repairs()
        await self._index.requeue_other_encoders()
        for name in CollectionName:
            async for removed in self._remove_unfit_points(name):
                repairs.removed_points += removed
                yield repairs
        async for requeued in self._requeue_pointless_items():
            repairs.requeued_items += requeued
            yield repairs
        for shard in await self._blobs.shards():
            await self._blobs.remove_unfinished(shard)
            orphans = await self._originals.orphans(shard, grace=grace)
            repairs.removed_blobs += await self._originals.sweep(orphans)
            yield repairs
        log.info("reconciled", **asdict(repairs))

    async def _remove_unfit_points(self, name: CollectionName) -> AsyncGenerator[int]:
        cursor: str | None = None
        while True:
            page = await self._index.compare_points(name, cursor, repair=True)
            if page.stale:
                self._on_change()
            yield len(page.orphans) + len(page.stale)
            if (cursor := page.cursor) is None:
                return

    async def _requeue_pointless_items(self) -> AsyncGenerator[int]:
        last: str | None = None
        while True:
            page = await self._index.compare_items(last, repair=True)
            if page.pointless:
                self._on_change()
            yield len(page.pointless)
            if (last := page.last) is None:
                return


async def _logging_failure(work: Awaitable[object]) -> None:
    """Awaits `work` at the edge of a task that must not end."""
    try:
        await work
    except Exception:
        log.exception("reconciling_interrupted")
