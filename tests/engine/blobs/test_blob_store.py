"""Originals: complete, durable, found again, and gone when deleted."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.blobs import BlobStore, sha256_of
from engine.blobs.keys import blob_key
from engine.errors import NotFound, StorageFailed

MIB = 2**20


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    """An empty store."""
    return BlobStore(tmp_path / "blobs", min_free_bytes=0)


@pytest.fixture
def _small_files_only() -> Iterator[None]:
    """Lets the operating system refuse writes beyond 64 KiB, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files_in(folder: Path) -> list[str]:
    """Names of all files below a folder, staged ones too."""
    return [path.name for path in folder.rglob("*") if path.is_file()]


async def test_an_original_is_read_back_byte_for_byte(blobs: BlobStore, tmp_path: Path) -> None:
    """Broken: a picture cannot be shown again, or lies where a restore will not look."""
    data = os.urandom(2 * MIB)
    sha256 = await sha256_of(data)
    await blobs.put(sha256, data)
    await blobs.put(sha256, data)
    assert await blobs.get(sha256) == data
    assert await blobs.exists(sha256)
    assert await blobs.is_intact(sha256)
    path = tmp_path / "blobs" / "sha256" / sha256[:2] / sha256[2:4] / sha256
    assert path.read_bytes() == data


async def test_what_is_missing_is_said(blobs: BlobStore) -> None:
    """Broken: a lost original is a server error instead of a 404."""
    sha256 = "ab" * 32
    assert not await blobs.exists(sha256)
    with pytest.raises(NotFound, match="missing from the blob store"):
        await blobs.get(sha256)
    await blobs.delete(sha256)


async def test_deleting_takes_the_thumbnail_too(blobs: BlobStore, tmp_path: Path) -> None:
    """Broken: a deleted picture can still be seen small."""
    sha256 = await sha256_of(b"picture")
    await blobs.put(sha256, b"picture")
    await blobs.put_thumbnail(sha256, b"small")
    assert await blobs.get_thumbnail(sha256) == b"small"
    await blobs.delete(sha256)
    assert await blobs.get_thumbnail(sha256) is None
    assert files_in(tmp_path) == []


async def test_every_original_is_in_one_shard(blobs: BlobStore) -> None:
    """Broken: sweeping and verifying miss files, or take thumbnails for originals."""
    wanted = set()
    for n in range(20):
        data = f"picture {n}".encode()
        sha256 = await sha256_of(data)
        await blobs.put(sha256, data)
        await blobs.put_thumbnail(sha256, b"small")
        wanted.add((sha256, len(data)))
    listed = [info for shard in await blobs.shards() async for info in blobs.list_shard(shard)]
    assert {(info.sha256, info.size_bytes) for info in listed} == wanted
    assert len(listed) == len(wanted)


async def test_a_write_is_synced_with_its_folders(
    blobs: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: a power cut takes back an acknowledged picture."""
    synced = []
    fsync = os.fsync

    def recording_fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recording_fsync)
    sha256 = await sha256_of(b"picture")
    await blobs.put(sha256, b"picture")
    path = tmp_path / "blobs" / blob_key(sha256)
    assert synced == [str(p) for p in (path, *list(path.parents)[:5])]
    assert synced[-1] == str(tmp_path)
    synced.clear()
    await blobs.put(sha256, b"picture")
    assert synced == [str(path), str(path.parent)]


async def test_a_file_cut_short_by_a_power_cut_is_repaired(
    blobs: BlobStore, tmp_path: Path
) -> None:
    """Broken: sending a picture again trusts the empty file that the first attempt left."""
    data = b"whole picture"
    sha256 = await sha256_of(data)
    await blobs.put(sha256, data)
    (tmp_path / "blobs" / blob_key(sha256)).write_bytes(b"")
    assert not await blobs.is_intact(sha256)
    await blobs.put(sha256, data)
    assert await blobs.get(sha256) == data


@pytest.mark.usefixtures("_small_files_only")
async def test_a_refused_write_leaves_nothing(blobs: BlobStore, tmp_path: Path) -> None:
    """Broken: a full disk leaves half a picture that looks like a whole one."""
    data = os.urandom(MIB)
    sha256 = await sha256_of(data)
    with pytest.raises(StorageFailed, match="free space"):
        await blobs.put(sha256, data)
    assert not await blobs.exists(sha256)
    assert files_in(tmp_path) == []


async def test_a_reserve_is_kept_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken: uploads fill the disk until the database cannot write any more."""

    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(free=10 * MIB))
    blobs = BlobStore(tmp_path / "blobs", min_free_bytes=9 * MIB)
    await blobs.put(await sha256_of(b"small"), b"small")
    large = bytes(2 * MIB)
    with pytest.raises(StorageFailed, match=r"10 MiB are left.*9 MiB are kept free"):
        await blobs.put(await sha256_of(large), large)


async def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    """Broken: each kill -9 in the middle of an upload leaves a file that nobody ever deletes."""
    shard = tmp_path / "sha256" / "ab" / "cd"
    shard.mkdir(parents=True)
    leftover, in_flight = shard / "abcd#1", shard / "abce#1"
    leftover.write_bytes(b"half")
    os.utime(leftover, (0, 0))
    blobs = BlobStore(tmp_path, min_free_bytes=0)
    in_flight.write_bytes(b"half")
    assert [info async for info in blobs.list_shard("ab")] == []
    await blobs.remove_unfinished("ab")
    await blobs.remove_unfinished("ff")
    assert files_in(tmp_path) == ["abce#1"]
