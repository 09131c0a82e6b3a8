"""Originals by content, and the thumbnails derived from them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore

from engine.blobs.disk import DiskSync, remove_unfinished, require_room
from engine.blobs.keys import ORIGINALS, blob_key, sha256_of, shard_prefix, thumbnail_key
from engine.errors import NotFound, StorageFailed

_FILE_TIME_GRAIN = timedelta(seconds=2)
"""File systems keep times more coarsely than the clock; FAT is the worst."""


@dataclass(frozen=True)
class BlobInfo:
    """A stored original."""

    sha256: str
    size_bytes: int
    stored_at: datetime


class BlobStore:
    """Content-addressed files in a folder of this machine.

    A blob is complete or absent, and on disk when `put` returns. Thumbnails can be made again,
    so they may be missing and are not synced.
    """

    def __init__(self, folder: Path, *, min_free_bytes: int) -> None:
        """Creates the folder when it is missing.

        Args:
            folder: holds the blobs and nothing else.
            min_free_bytes: what a write must leave free on the disk.
        """
        self._store = LocalStore(folder, mkdir=True)
        self._folder = folder
        self._disk = DiskSync(folder)
        self._min_free_bytes = min_free_bytes
        self._opened_at = datetime.now(UTC) - _FILE_TIME_GRAIN

    async def put(self, sha256: str, data: bytes) -> None:
        """Stores an original durably; storing it again is no error.

        Args:
            sha256: hex digest of `data`.
            data: the original's bytes.

        Raises:
            StorageFailed: the disk is full or refuses; nothing was kept.
        """
        with _translated_errors("stored"):
            await asyncio.to_thread(self._put_durably, blob_key(sha256), data)

    async def get(self, sha256: str) -> bytes:
        """Reads an original.

        Raises:
            NotFound: there is none with this digest.
            StorageFailed: the disk cannot be read.
        """
        data = await self._read(blob_key(sha256))
        if data is None:
            raise NotFound(f"The original {sha256} is missing from the blob store.")
        return data

    async def exists(self, sha256: str) -> bool:
        """Whether the original is stored."""
        with _translated_errors("looked up"):
            try:
                await self._store.head_async(blob_key(sha256))
            except FileNotFoundError:
                return False
        return True

    async def is_intact(self, sha256: str) -> bool:
        """Whether the stored bytes still have the digest they are stored under.

        Raises:
            NotFound: there is no such original.
        """
        return await sha256_of(await self.get(sha256)) == sha256

    async def delete(self, sha256: str) -> None:
        """Deletes an original and its thumbnail; an absent one is no error.

        The thumbnail goes first: a crash in between leaves an original, which sweeping finds.
        """
        with _translated_errors("deleted"):
            for key in (thumbnail_key(sha256), blob_key(sha256)):
                try:
                    await self._store.delete_async(key)
                except FileNotFoundError:
                    continue

    async def shards(self) -> list[str]:
        """The first two digits that digests of originals have; walks go shard by shard."""
        with _translated_errors("listed"):
            listing = await self._store.list_with_delimiter_async(ORIGINALS)
        return sorted(prefix.rpartition("/")[2] for prefix in listing["common_prefixes"])

    async def list_shard(self, shard: str) -> AsyncIterator[BlobInfo]:
        """Yields the originals whose digest begins with `shard`, in no particular order."""
        with _translated_errors("listed"):
            async for metas in self._store.list(shard_prefix(shard)):
                for meta in metas:
                    yield BlobInfo(
                        sha256=meta["path"].rpartition("/")[2],
                        size_bytes=meta["size"],
                        stored_at=meta["last_modified"],
                    )

    async def remove_unfinished(self, shard: str) -> None:
        """Deletes half-written files that a crashed process left in a shard."""
        with _translated_errors("cleaned up"):
            await asyncio.to_thread(
                remove_unfinished, self._folder / shard_prefix(shard), before=self._opened_at
            )

    async def put_thumbnail(self, sha256: str, data: bytes) -> None:
        """Stores the small picture that goes with an original."""
        with _translated_errors("stored"):
            await self._store.put_async(thumbnail_key(sha256), data)

    async def get_thumbnail(self, sha256: str) -> bytes | None:
        """Reads a thumbnail; None when it has to be made again."""
        return await self._read(thumbnail_key(sha256))

    async def _read(self, key: str) -> bytes | None:
        with _translated_errors("read"):
            try:
                answer = await self._store.get_async(key)
            except FileNotFoundError:
                return None
            return bytes(await answer.bytes_async())

    def _put_durably(self, key: str, data: bytes) -> None:
        require_room(self._folder, len(data), min_free_bytes=self._min_free_bytes)
        try:
            self._store.put(key, data, mode="create")
        except AlreadyExistsError:
            if self._store.head(key)["size"] != len(data):  # a power cut has cut it short
                self._store.put(key, data)
        self._disk.sync(self._folder / key)


@contextmanager
def _translated_errors(done: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise StorageFailed(
            f"A file could not be {done} in the blob store: {reason}. "
            "Check the disk's free space and permissions, then try again."
        ) from error
