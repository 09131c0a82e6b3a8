"""Regions: the parts of pictures in which a detector found something."""

from __future__ import annotations

from engine.catalogue import Catalogue, EmbedState, StoredItem
from engine.catalogue.embed_queue import MAX_ATTEMPTS
from engine.schemas import Box, ForgetRequest
from tests.engine.catalogue.contents import picture, place, text

BOXES = [
    Box(x=0.5, y=0.25, width=0.25, height=0.5),
    Box(x=0, y=0, width=0.125, height=0.125),
]


async def stored(catalogue: Catalogue, item_id: str) -> StoredItem:
    """The item with its state."""
    return (await catalogue.items.stored([item_id]))[item_id]


async def embedded_picture(catalogue: Catalogue, message_id: str = "m") -> StoredItem:
    """A picture that can be found by what it shows as a whole."""
    item_id = (await catalogue.items.put(picture(b"scene", place(message_id)))).item_id
    await catalogue.embed_queue.mark_embedded([(await stored(catalogue, item_id)).version], "clip")
    return await stored(catalogue, item_id)


async def test_a_picture_is_looked_at_once_and_embedded_again_with_its_regions(
    catalogue: Catalogue,
) -> None:
    """Broken: pictures are looked at again and again, or what is in them is never found."""
    seen = await embedded_picture(catalogue)
    await catalogue.items.put(picture(b"not embedded yet", place("m2")))
    await catalogue.items.put(text("words", place("m3")))
    assert await catalogue.regions.not_looked_at(after=None, limit=9) == [seen]
    assert await catalogue.regions.left() == 2
    await catalogue.regions.put(seen.version, BOXES, "detector")
    assert await catalogue.regions.of_items([seen.item_id]) == {seen.item_id: BOXES}
    wanted = [(seen.item_id, 1), (seen.item_id, 2)]
    assert await catalogue.regions.get_many(wanted) == {(seen.item_id, 1): BOXES[1]}
    assert (await stored(catalogue, seen.item_id)).embed_state is EmbedState.PENDING
    assert await catalogue.regions.not_looked_at(after=None, limit=9) == []


async def test_a_picture_without_regions_is_not_embedded_again(catalogue: Catalogue) -> None:
    """Broken: every plain picture is embedded twice for nothing."""
    seen = await embedded_picture(catalogue)
    await catalogue.regions.put(seen.version, [], "detector")
    assert (await stored(catalogue, seen.item_id)).embed_state is EmbedState.EMBEDDED
    assert await catalogue.regions.left() == 0


async def test_replacing_and_forgetting_take_regions_along(catalogue: Catalogue) -> None:
    """Broken: a hit marks a part of a picture that is not there any more."""
    seen = await embedded_picture(catalogue)
    await catalogue.regions.put(seen.version, BOXES, "detector")
    await catalogue.items.put(picture(b"edited"))
    await catalogue.regions.put(seen.version, BOXES, "detector")  # found in the old picture
    assert await catalogue.regions.of_items([seen.item_id]) == {}
    assert (await stored(catalogue, seen.item_id)).detector is None
    await catalogue.regions.put((await stored(catalogue, seen.item_id)).version, BOXES, "detector")
    await catalogue.items.forget(ForgetRequest(library_id="lib", message_id="m"), limit=9)
    assert await catalogue.regions.of_items([seen.item_id]) == {}


async def test_regions_of_another_detector_are_dropped_and_looked_for_again(
    catalogue: Catalogue,
) -> None:
    """Broken: after a change of detector, or without one, hits are marked by the old one."""
    old, kept = [await embedded_picture(catalogue, message) for message in ("m1", "m2")]
    await catalogue.regions.put(old.version, BOXES, "old")
    await catalogue.regions.put(kept.version, BOXES, "new")
    await catalogue.regions.drop_others("new")
    assert await catalogue.regions.of_items([old.item_id, kept.item_id]) == {kept.item_id: BOXES}
    assert await catalogue.regions.left() == 1
    await catalogue.regions.drop_others(None)
    assert await catalogue.regions.left() == 2


async def test_a_picture_that_a_detector_fails_on_is_left_after_some_attempts(
    catalogue: Catalogue,
) -> None:
    """Broken: one picture is looked at for ever, or given up for a passing trouble."""
    seen = await embedded_picture(catalogue)
    for attempt in range(MAX_ATTEMPTS):
        assert len(await catalogue.regions.not_looked_at(after=None, limit=9)) == 1, attempt
        await catalogue.regions.record_failure(seen.version, "detector", "it crashed")
    assert await catalogue.regions.not_looked_at(after=None, limit=9) == []
    assert (await stored(catalogue, seen.item_id)).embed_state is EmbedState.EMBEDDED
