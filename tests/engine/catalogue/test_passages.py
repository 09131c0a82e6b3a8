"""Passages: what documents, long messages and text in pictures are found and quoted by."""

from __future__ import annotations

from dataclasses import replace

from engine.catalogue import Catalogue, EmbedState, StoredItem
from engine.passages import Passage
from engine.schemas import ForgetRequest, PassageLocation
from tests.engine.catalogue.contents import picture, place, text

CHAPTERS = [
    Passage("Plug it in.", PassageLocation(heading="Setup › Power", page=2)),
    Passage("Press the button.", PassageLocation(heading="Setup", page=3, line=7)),
]


async def stored(catalogue: Catalogue, item_id: str) -> StoredItem:
    """The item with its state."""
    return (await catalogue.items.stored([item_id]))[item_id]


async def test_passages_come_back_in_order_with_their_places(catalogue: Catalogue) -> None:
    """Broken: a hit quotes the wrong page, or another document."""
    manual = await catalogue.items.put(replace(text("manual"), passages=CHAPTERS))
    other = await catalogue.items.put(text("short", place("m2")))
    assert await catalogue.passages.of_items([manual.item_id, other.item_id]) == {
        manual.item_id: CHAPTERS
    }
    wanted = [(manual.item_id, 1), (manual.item_id, 9), (other.item_id, 0)]
    assert await catalogue.passages.get_many(wanted) == {(manual.item_id, 1): CHAPTERS[1]}
    assert (await stored(catalogue, manual.item_id)).points_by_words == 2
    assert (await stored(catalogue, other.item_id)).points_by_words == 1


async def test_replacing_and_forgetting_take_passages_along(catalogue: Catalogue) -> None:
    """Broken: words that were edited away or deleted stay in the catalogue."""
    manual = await catalogue.items.put(replace(text("manual"), passages=CHAPTERS))
    await catalogue.items.put(replace(text("second edition"), passages=CHAPTERS[1:]))
    assert await catalogue.passages.of_items([manual.item_id]) == {manual.item_id: CHAPTERS[1:]}
    await catalogue.items.forget(ForgetRequest(library_id="lib", message_id="m"), limit=9)
    assert await catalogue.passages.of_items([manual.item_id]) == {}


async def test_a_picture_is_read_once_and_embedded_again_with_its_text(
    catalogue: Catalogue,
) -> None:
    """Broken: screenshots are read again and again, or never found by their words."""
    item_id = (await catalogue.items.put(picture(b"screenshot"))).item_id
    assert await catalogue.passages.unread(limit=9) == []
    version = (await stored(catalogue, item_id)).version
    await catalogue.embed_queue.mark_embedded([version], "clip")
    assert (await catalogue.items.status("lib")).unread == 1
    (unread,) = await catalogue.passages.unread(limit=9)
    await catalogue.passages.put_read(unread.version, CHAPTERS)
    assert (await catalogue.items.status("lib")).unread == 0
    assert await catalogue.passages.unread(limit=9) == []
    assert (await stored(catalogue, item_id)).embed_state is EmbedState.PENDING


async def test_text_of_a_replaced_picture_is_dropped(catalogue: Catalogue) -> None:
    """Broken: a picture is found by the words of the one it replaced."""
    item_id = (await catalogue.items.put(picture(b"old"))).item_id
    old = (await stored(catalogue, item_id)).version
    await catalogue.items.put(picture(b"new"))
    await catalogue.passages.put_read(old, CHAPTERS)
    assert await catalogue.passages.of_items([item_id]) == {}
    assert (await catalogue.items.status("lib")).unread == 1
