"""Blobs and the rows that reference them, kept in step.

A blob is written before its row and deleted after it. In between, a lock for its digest keeps
uploading and sweeping the same content apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from engine.blobs import BlobStore
from engine.catalogue import Catalogue
from engine.errors import StorageFailed

LOOKED_UP_TOGETHER = 500


class Originals:
    """Stores originals together with what references them, and deletes them after it."""

    def __init__(self, blobs: BlobStore, catalogue: Catalogue) -> None:
        self._blobs = blobs
        self._items = catalogue.items
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def storing(self, sha256: str, data: bytes, thumbnail: bytes) -> AsyncIterator[None]:
        """Stores an original; the block commits the row that references it.

        When either fails, an original that nothing references is deleted again.

        Raises:
            StorageFailed: the disk is full or refuses; nothing was kept.
        """
        async with self._lock_of(sha256):
            try:
                await self._blobs.put(sha256, data)
                await self._blobs.put_thumbnail(sha256, thumbnail)
                yield
            except BaseException:
                with suppress(StorageFailed):  # then the reconciler sweeps it
                    await self._delete_orphan(sha256)
                raise

    async def sweep(self, sha256s: Iterable[str]) -> int:
        """Deletes those originals that nothing references; returns how many."""
        swept = 0
        for sha256 in await self._unreferenced(list(sha256s)):
            async with self._lock_of(sha256):
                swept += await self._delete_orphan(sha256)
        return swept

    async def orphans(self, shard: str, *, grace: timedelta) -> list[str]:
        """Originals of a shard that nothing references and that are older than `grace`."""
        oldest_upload = datetime.now(UTC) - grace
        listed = [
            blob.sha256
            async for blob in self._blobs.list_shard(shard)
            if blob.stored_at <= oldest_upload
        ]
        return [
            sha256 for sha256 in await self._unreferenced(listed) if await self._is_orphan(sha256)
        ]

    async def _is_orphan(self, sha256: str) -> bool:
        async with self._lock_of(sha256):
            return await self._blobs.exists(sha256) and not await self._items.referenced([sha256])

    async def _unreferenced(self, sha256s: list[str]) -> list[str]:
        unreferenced = []
        for start in range(0, len(sha256s), LOOKED_UP_TOGETHER):
            some = sha256s[start : start + LOOKED_UP_TOGETHER]
            referenced = await self._items.referenced(some)
            unreferenced += [sha256 for sha256 in some if sha256 not in referenced]
        return unreferenced

    async def _delete_orphan(self, sha256: str) -> bool:
        """Deletes an original unless a row references it; the caller holds its lock."""
        if await self._items.referenced([sha256]):
            return False
        await self._blobs.delete(sha256)
        return True

    def _lock_of(self, sha256: str) -> asyncio.Lock:
        return self._locks.setdefault(sha256, asyncio.Lock())
