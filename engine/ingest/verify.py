"""Comparing catalogue, blobs and vectors without changing any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from engine.blobs import BlobStore
from engine.catalogue import Catalogue, StoredItem
from engine.errors import NotFound
from engine.ingest.collections import CollectionName
from engine.ingest.item_index import ItemIndex
from engine.ingest.originals import Originals
from engine.schemas import VerifyReport


@dataclass
class _Findings:
    """Everything counted and found amiss so far, by id or digest."""

    items: int = 0
    blobs: int = 0
    points: int = 0
    missing_blobs: set[str] = field(default_factory=set)
    damaged_blobs: set[str] = field(default_factory=set)
    orphan_blobs: set[str] = field(default_factory=set)
    missing_points: set[str] = field(default_factory=set)
    orphan_points: set[str] = field(default_factory=set)
    stale_points: set[str] = field(default_factory=set)


class Verifier:
    """Says what is missing, left over or damaged; uploads may go on meanwhile."""

    def __init__(
        self, catalogue: Catalogue, blobs: BlobStore, originals: Originals, index: ItemIndex
    ) -> None:
        self._items = catalogue.items
        self._blobs = blobs
        self._originals = originals
        self._index = index

    async def verify(self, *, rehash: bool = False) -> VerifyReport:
        """Compares everything with everything.

        An item that waits to be embedded counts among `missing_points`; one that could not be
        embedded does not, the library's status tells of it.

        Args:
            rehash: also read every original and compare it with its digest.

        Raises:
            NotReady: the encoders, and so the collections, are still loading.
        """
        findings = _Findings()
        for name in CollectionName:
            await self._compare_points(name, findings)
        await self._compare_items(findings, rehash=rehash)
        await self._compare_blobs(findings)
        return _report(findings)

    async def _compare_points(self, name: CollectionName, findings: _Findings) -> None:
        cursor: str | None = None
        while True:
            page = await self._index.compare_points(name, cursor, repair=False)
            findings.points += page.seen
            findings.orphan_points.update(page.orphans)
            findings.stale_points.update(page.stale.values())
            if (cursor := page.cursor) is None:
                return

    async def _compare_items(self, findings: _Findings, *, rehash: bool) -> None:
        last: str | None = None
        while True:
            page = await self._index.compare_items(last, repair=False)
            findings.items += len(page.items)
            findings.missing_points.update(set(page.pointless) - findings.stale_points)
            await self._check_originals(page.items, findings, rehash=rehash)
            if (last := page.last) is None:
                return

    async def _check_originals(
        self, items: Sequence[StoredItem], findings: _Findings, *, rehash: bool
    ) -> None:
        missing, damaged = [], []
        for sha256 in {stored.item.sha256 for stored in items if stored.has_blob}:
            if not await self._blobs.exists(sha256):
                missing.append(sha256)
            elif rehash and not await self._is_intact(sha256):
                damaged.append(sha256)
        # What was forgotten since the page was read is not missing.
        still_needed = await self._items.referenced(missing + damaged)
        findings.missing_blobs.update(still_needed.intersection(missing))
        findings.damaged_blobs.update(still_needed.intersection(damaged))

    async def _is_intact(self, sha256: str) -> bool:
        try:
            return await self._blobs.is_intact(sha256)
        except NotFound:
            return False

    async def _compare_blobs(self, findings: _Findings) -> None:
        for shard in await self._blobs.shards():
            findings.blobs += len([blob async for blob in self._blobs.list_shard(shard)])
            findings.orphan_blobs.update(await self._originals.orphans(shard, grace=timedelta(0)))


def _report(findings: _Findings) -> VerifyReport:
    counts = {"items": findings.items, "blobs": findings.blobs, "points": findings.points}
    amiss = {name: sorted(ids) for name, ids in vars(findings).items() if name not in counts}
    return VerifyReport.model_validate({**counts, **amiss, "clean": not any(amiss.values())})
