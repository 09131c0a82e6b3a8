"""Uploads: what is acknowledged is kept, what is refused leaves nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.blobs import sha256_of
from engine.errors import BadRequest, LimitExceeded, StorageFailed, UnreadablePicture
from engine.ingest import Thumbnails
from engine.schemas import Acknowledged, ItemKind
from tests.engine.ingest.fakes import picture_file
from tests.engine.ingest.rig import Rig, described


async def stored_blobs(rig: Rig) -> set[str]:
    """Digests of all originals."""
    return {
        blob.sha256
        for shard in await rig.blobs.shards()
        async for blob in rig.blobs.list_shard(shard)
    }


async def test_an_acknowledged_picture_is_in_blobs_and_catalogue(rig: Rig) -> None:
    """Broken: a picture that was acknowledged is lost with the process."""
    ack = await rig.post_picture("cat")
    item = await rig.catalogue.items.get(ack.item_id)
    assert (ack.status, item.kind) == (Acknowledged.STORED, ItemKind.IMAGE)
    assert (item.width_px, item.height_px, item.size_bytes) == (4, 2, 6)
    assert await rig.blobs.get(item.sha256) == picture_file("cat")
    assert await rig.blobs.get_thumbnail(item.sha256) == b"small"


async def test_an_acknowledged_text_is_in_the_catalogue(rig: Rig) -> None:
    """Broken: a message's words are not kept, so that no hit can quote them."""
    ack = await rig.post_text("hello there")
    item = await rig.catalogue.items.get(ack.item_id)
    assert (item.kind, item.text, item.size_bytes) == (ItemKind.TEXT, "hello there", 11)


async def test_sending_again_decodes_nothing(rig: Rig) -> None:
    """Broken: indexing a folder a second time takes as long as the first."""
    await rig.post_picture("cat")
    again = await rig.post_picture("cat")
    assert (again.status, rig.pictures.decoded) == (Acknowledged.UNCHANGED, 1)


async def test_sending_again_heals_a_lost_original(rig: Rig) -> None:
    """Broken: an original lost from the disk can never be brought back."""
    ack = await rig.post_picture("cat")
    sha256 = (await rig.catalogue.items.get(ack.item_id)).sha256
    await rig.blobs.delete(sha256)
    assert (await rig.post_picture("cat")).status is Acknowledged.UNCHANGED
    assert await rig.blobs.exists(sha256)


async def test_a_replaced_original_is_swept_unless_needed_elsewhere(rig: Rig) -> None:
    """Broken: edits fill the disk, or delete the picture from under another message."""
    await rig.post_picture("cat", "m1")
    await rig.post_picture("cat", "m2")
    ack = await rig.post_picture("dog", "m1")
    cat, dog = [await sha256_of(picture_file(name)) for name in ("cat", "dog")]
    assert ack.status is Acknowledged.REPLACED
    assert await stored_blobs(rig) == {cat, dog}
    await rig.post_text("no picture any more", "m2")
    assert await stored_blobs(rig) == {dog}


@pytest.mark.parametrize(
    ("text", "data", "error", "sentence"),
    [
        (None, None, BadRequest, "exactly one"),
        ("both", b"PIC", BadRequest, "exactly one"),
        (" \n\t", None, BadRequest, "text is empty"),
        ("nul\0", None, BadRequest, "NUL"),
        ("x" * 101, None, LimitExceeded, "101 characters; up to 100"),
        (None, b"", BadRequest, "file is empty"),
        (None, b"PIC" + bytes(1000), LimitExceeded, "0.0 MiB are taken"),
        (None, b"just text, renamed .png", UnreadablePicture, "not a picture"),
    ],
)
async def test_bad_uploads_are_refused_and_leave_nothing(
    rig: Rig, text: str | None, data: bytes | None, error: type[Exception], sentence: str
) -> None:
    """Broken: junk is kept and fails later, or the person is not told what is wrong."""
    with pytest.raises(error, match=sentence):
        await rig.uploads.accept(described(text=text), data)
    assert await rig.catalogue.items.scan(after=None, limit=1) == []
    assert await stored_blobs(rig) == set()


async def test_a_bad_replacement_leaves_the_old_content(rig: Rig) -> None:
    """Broken: a failed edit destroys what was there."""
    ack = await rig.post_picture("cat")
    with pytest.raises(UnreadablePicture):
        await rig.uploads.accept(described(), b"junk")
    assert (await rig.catalogue.items.get(ack.item_id)).size_bytes == 6
    assert len(await stored_blobs(rig)) == 1


async def test_a_row_that_cannot_be_written_takes_its_original_along(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Broken: with the disk full, refused uploads make it fuller."""

    async def refuse(*_: object) -> None:
        raise StorageFailed("The catalogue could not be written: disk is full.")

    monkeypatch.setattr(rig.catalogue.items, "put", refuse)
    with pytest.raises(StorageFailed, match="disk is full"):
        await rig.post_picture("cat")
    assert await stored_blobs(rig) == set()
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


async def test_many_contents_at_one_place_at_once_leave_one(rig: Rig) -> None:
    """Broken: simultaneous edits leave orphans, or a row without its original."""
    await asyncio.gather(*(rig.post_picture(f"cat {n % 5}") for n in range(40)))
    (stored,) = await rig.catalogue.items.scan(after=None, limit=9)
    assert await stored_blobs(rig) == {stored.item.sha256}


async def test_sweeping_never_takes_what_is_just_being_stored(rig: Rig) -> None:
    """Broken: deleting one copy of a picture while another is posted loses the original."""
    sha256 = await sha256_of(picture_file("cat"))
    posts = [rig.post_picture("cat", f"m{n}") for n in range(10)]
    await asyncio.gather(*posts, *(rig.originals.sweep([sha256]) for _ in range(10)))
    assert await stored_blobs(rig) == {sha256}


async def test_a_lost_thumbnail_is_made_again(rig: Rig) -> None:
    """Broken: after clearing thumbnails no gallery shows a picture."""
    sha256 = await sha256_of(picture_file("cat"))
    await rig.blobs.put(sha256, picture_file("cat"))
    assert await Thumbnails(rig.blobs, rig.pictures).get(sha256) == b"small"
    assert await rig.blobs.get_thumbnail(sha256) == b"small"
