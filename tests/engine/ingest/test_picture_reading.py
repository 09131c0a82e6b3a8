"""Text in pictures: read once in the background, found by its words, gone with its picture."""

from __future__ import annotations

import pytest

from engine.errors import NotReady, UnreadablePicture
from engine.schemas import ForgetRequest
from tests.engine.ingest.fakes import features_of
from tests.engine.ingest.rig import Rig


async def test_a_screenshot_is_found_by_its_words(rig: Rig) -> None:
    """Broken: somebody who searches for the error message does not find its screenshot."""
    ack = await rig.post_picture("says disk full")
    status = await rig.read()
    assert (status.pending, status.unread, status.failed) == (0, 0, 0)
    (point,) = await rig.collections.passages.retrieve([ack.item_id], with_vectors=True)
    assert isinstance(point.vector, dict)
    assert point.vector["sentence"] == pytest.approx(features_of(b"disk full"), abs=1e-6)
    assert point.payload is not None
    assert (point.payload["kind"], point.payload["passage"]) == ("image", 0)
    assert len(await rig.collections.images.retrieve([ack.item_id])) == 1
    assert (await rig.verifier.verify()).clean


async def test_a_picture_without_text_is_read_once_and_not_embedded_again(rig: Rig) -> None:
    """Broken: every photo is embedded twice, or read again at each start."""
    await rig.post_picture("cat")
    await rig.read()
    await rig.read()
    assert (rig.text_reader.read_count, rig.clip.batches) == (1, [1])


async def test_a_picture_that_cannot_be_read_holds_up_no_other(rig: Rig) -> None:
    """Broken: one odd picture ends all reading."""

    async def stumble() -> None:
        rig.text_reader.hook = break_down
        raise UnreadablePicture("odd")

    async def break_down() -> None:
        rig.text_reader.hook = starting
        raise RuntimeError("an error of the OCR library's own")

    async def starting() -> None:
        async def well() -> None:
            return None

        rig.text_reader.hook = well
        raise NotReady("the workers start")

    rig.text_reader.hook = stumble
    await rig.post_picture("odd", "m1")
    await rig.post_picture("odder", "m2")
    await rig.post_picture("says hello", "m3")
    assert (await rig.read()).unread == 0
    stored = await rig.catalogue.items.scan(after=None, limit=9)
    read = await rig.catalogue.passages.of_items([each.item_id for each in stored])
    assert len(read) == 1


async def test_forgetting_a_picture_forgets_what_was_read_in_it(rig: Rig) -> None:
    """Broken: the words of a deleted screenshot are still found."""
    await rig.post_picture("says secret")
    await rig.read()
    await rig.forgetter.forget(ForgetRequest(library_id="lib", message_id="m"))
    assert await rig.points() == {}
    assert (await rig.verifier.verify()).clean


async def test_a_replaced_picture_loses_the_words_of_the_old_one(rig: Rig) -> None:
    """Broken: an edited post is found by a screenshot that is no longer in it."""
    ack = await rig.post_picture("says old words")
    await rig.read()
    await rig.post_picture("cat")
    await rig.read()
    assert await rig.collections.passages.retrieve([ack.item_id]) == []
    assert (await rig.verifier.verify()).clean
