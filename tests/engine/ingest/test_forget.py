"""Forgetting: from every store, and no more than was named."""

from __future__ import annotations

import pytest

from engine.blobs import sha256_of
from engine.errors import BadRequest, StorageFailed
from engine.ingest import Forgetter, ItemIndex, item_index
from engine.schemas import ForgetRequest
from tests.engine.ingest.fakes import picture_file
from tests.engine.ingest.rig import Rig

MESSAGE = ForgetRequest(library_id="lib", message_id="m")
EVERYTHING = ForgetRequest(library_id="lib", everything=True)


async def test_a_forgotten_picture_is_gone_from_every_store(rig: Rig) -> None:
    """Broken: a deleted message is still found, shown or kept."""
    ack = await rig.post_picture("cat")
    await rig.embed()
    assert (await rig.forgetter.forget(MESSAGE)).forgotten == 1
    sha256 = await sha256_of(picture_file("cat"))
    assert await rig.catalogue.items.get_many([ack.item_id]) == {}
    assert await rig.points() == {}
    assert not await rig.blobs.exists(sha256)
    assert await rig.blobs.get_thumbnail(sha256) is None
    assert (await rig.forgetter.forget(MESSAGE)).forgotten == 0


async def test_a_picture_posted_elsewhere_too_keeps_its_original(rig: Rig) -> None:
    """Broken: deleting one copy of a picture breaks the others."""
    await rig.post_picture("cat")
    other = await rig.post_picture("cat", "m2")
    await rig.embed()
    await rig.forgetter.forget(MESSAGE)
    assert set(await rig.points()) == {other.item_id}
    assert (await rig.verifier.verify(rehash=True)).clean


async def test_a_large_library_is_forgotten_page_by_page(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: forgetting a large library stops after the first page, or blocks all writers."""
    monkeypatch.setattr(item_index, "PAGE", 3)
    for n in range(8):
        await rig.post_text(f"message {n}", f"m{n}")
    await rig.embed()
    assert (await rig.forgetter.forget(EVERYTHING)).forgotten == 8
    assert await rig.points() == {}


async def test_a_whole_library_is_not_forgotten_by_accident(rig: Rig) -> None:
    """Broken: a request without ids deletes everything."""
    await rig.post_text("hello")
    with pytest.raises(BadRequest, match="whole library"):
        await rig.forgetter.forget(ForgetRequest(library_id="lib"))
    assert (await rig.catalogue.items.status("lib")).texts == 1


async def test_a_file_that_cannot_be_deleted_is_swept_later(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken: a read-only disk makes deleting a message fail for good."""

    async def refuse(_sha256: str) -> None:
        raise StorageFailed("read-only file system")

    await rig.post_picture("cat")
    with monkeypatch.context() as patch:
        patch.setattr(rig.blobs, "delete", refuse)
        assert (await rig.forgetter.forget(MESSAGE)).forgotten == 1
    assert (await rig.verifier.verify()).orphan_blobs == [await sha256_of(picture_file("cat"))]
    await rig.recover()
    assert (await rig.verifier.verify()).clean


async def test_forgetting_works_before_the_encoders_are_loaded(rig: Rig) -> None:
    """Broken: a message deleted while the engine warms up stays findable afterwards."""
    await rig.post_text("hello")
    await rig.embed()
    index = ItemIndex(rig.catalogue)
    warming_up = Forgetter(rig.catalogue, index, rig.originals, on_change=rig.embedder.wake)
    assert (await warming_up.forget(MESSAGE)).forgotten == 1
    await rig.recover()
    assert await rig.points() == {}
