"""Blobs and the rows that reference them, kept in step.

A blob is written before its row and deleted after it. In between, a lock for its digest keeps
uploading and sweeping the same content apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from engine.blobs import BlobStore
from engine.catalogue import Catalogue
from engine.errors import StorageFailed

LOCKED_TOGETHER = 500


class Originals:
    """Stores originals together with what references them, and deletes them after it."""

    def __init__(self, blobs: BlobStore, catalogue: Catalogue) -> None:
        self._blobs = blobs
        self._items = catalogue.items
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def storing(
        self, sha256: str, data: bytes, thumbnail: bytes | None
    ) -> AsyncIterator[None]:
        """Stores an original, a picture's with its thumbnail; the block commits the row for it.

        When either fails, an original that nothing references is deleted again.

        Raises:
            StorageFailed: the disk is full or refuses; nothing was kept.
        """
        async with self._lock_of(sha256):
            try:
                await self._blobs.put(sha256, data)
                if thumbnail is not None:
                    await self._blobs.put_thumbnail(sha256, thumbnail)
                yield
            except BaseException:
                with suppress(StorageFailed):  # then the reconciler sweeps it
                    await self._delete_orphan(sha256)
                raise

    async def sweep(self, sha256s: Iterable[str]) -> int:
        """Deletes those originals that nothing references; returns how many."""
        swept = 0
        for some in _chunks(sha256s):
            async with self._orphans_among(some) as orphans:
                for sha256 in orphans:
                    await self._blobs.delete(sha256)
                swept += len(orphans)
        return swept

    async def orphans(self, shard: str, *, grace: timedelta) -> list[str]:
        """Originals of a shard that nothing references and that are older than `grace`."""
        newest = datetime.now(UTC) - grace
        old = [b.sha256 async for b in self._blobs.list_shard(shard) if b.stored_at <= newest]
        found = []
        for some in _chunks(old):
            async with self._orphans_among(some) as orphans:
                found += [sha256 for sha256 in orphans if await self._blobs.exists(sha256)]
        return found

    @asynccontextmanager
    async def _orphans_among(self, sha256s: Sequence[str]) -> AsyncIterator[list[str]]:
        """Holds the locks of all and gives those that nothing references."""
        async with AsyncExitStack() as locks:
            for sha256 in sha256s:
                await locks.enter_async_context(self._lock_of(sha256))
            referenced = await self._items.referenced(sha256s)
            yield [sha256 for sha256 in sha256s if sha256 not in referenced]

    async def _delete_orphan(self, sha256: str) -> None:
        """Deletes an original unless a row references it; the caller holds its lock."""
        if not await self._items.referenced([sha256]):
            await self._blobs.delete(sha256)

    def _lock_of(self, sha256: str) -> asyncio.Lock:
        return self._locks.setdefault(sha256, asyncio.Lock())


def _chunks(sha256s: Iterable[str]) -> Iterator[list[str]]:
    """Cuts digests into pages, in one order for all so that no two wait for each other."""
    wanted = sorted(set(sha256s))
    for start in range(0, len(wanted), LOCKED_TOGETHER):
        yield wanted[start : start + LOCKED_TOGETHER]
