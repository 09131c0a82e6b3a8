"""Items: what a place holds, who finds it, and how it goes away."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from engine.catalogue import Catalogue, item_id_of
from engine.catalogue.places import MAX_PLACES
from engine.errors import BadRequest, NotFound
from engine.schemas import Acknowledged, ChannelUpdate, Feedback, ForgetRequest, ItemKind
from tests.engine.catalogue.contents import POSTED_AT, picture, place, text


async def test_an_item_is_read_back_as_it_was_put(catalogue: Catalogue) -> None:
    """Broken: a hit shows another author, time or file than was posted."""
    content = picture(b"p", place(attachment_id="a1"), path="folder/ä.png")
    put = await catalogue.items.put(content)
    item = await catalogue.items.get(put.item_id)
    assert (item.kind, item.place) == (ItemKind.IMAGE, content.described.place)
    assert (item.author_id, item.filename, item.path) == ("ann", "a.png", "folder/ä.png")
    assert (item.posted_at, item.width_px, item.height_px) == (POSTED_AT, 40, 30)
    assert not item.embedded


async def test_times_of_other_zones_stay_the_same_instant(catalogue: Catalogue) -> None:
    """Broken: `after:` and `before:` are hours off for folders indexed outside UTC."""
    posted_at = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    put = await catalogue.items.put(text("x", posted_at=posted_at))
    assert (await catalogue.items.get(put.item_id)).posted_at == posted_at


async def test_the_same_content_again_changes_nothing(catalogue: Catalogue) -> None:
    """Broken: every catching-up embeds the whole channel again."""
    first = await catalogue.items.put(text("hello"))
    again = await catalogue.items.put(text("hello"))
    assert (first.status, again.status) == (Acknowledged.STORED, Acknowledged.UNCHANGED)
    stored = (await catalogue.items.stored([first.item_id]))[first.item_id]
    assert stored.revision == 1


async def test_other_content_replaces_and_names_the_old_blob(catalogue: Catalogue) -> None:
    """Broken: an edited message is found by its old content, or its old file is never deleted."""
    old = picture(b"old")
    await catalogue.items.put(old)
    put = await catalogue.items.put(text("now words"))
    assert (put.status, put.unreferenced) == (Acknowledged.REPLACED, [old.sha256])
    item = await catalogue.items.get(put.item_id)
    assert (item.kind, item.text, item.width_px) == (ItemKind.TEXT, "now words", None)


async def test_a_hundred_puts_at_one_place_at_once_lose_none(catalogue: Catalogue) -> None:
    """Broken: posting to one place at the same time makes two items, or loses an update."""
    puts = await asyncio.gather(*(catalogue.items.put(text(f"edit {n}")) for n in range(100)))
    statuses = [put.status for put in puts]
    assert statuses.count(Acknowledged.STORED) == 1
    assert statuses.count(Acknowledged.REPLACED) == 99
    (stored,) = await catalogue.items.scan(after=None, limit=10)
    assert stored.revision == 100


async def test_ids_joined_differently_are_different_places() -> None:
    """Broken: one message overwrites another because their ids read the same when joined."""
    assert item_id_of(place("b", channel_id="a/")) != item_id_of(place("/b", channel_id="a"))


async def test_an_unknown_item_is_a_clear_error(catalogue: Catalogue) -> None:
    """Broken: asking for a deleted item is a server error."""
    with pytest.raises(NotFound, match="no item nowhere"):
        await catalogue.items.get("nowhere")


async def test_pages_show_each_item_once_newest_first(catalogue: Catalogue) -> None:
    """Broken: paging a library skips or repeats items, also those posted at the same instant."""
    for n in range(7):
        posted_at = POSTED_AT + timedelta(seconds=n // 2)
        await catalogue.items.put(text(str(n), place(f"m{n}"), posted_at=posted_at))
    await catalogue.items.put(text("elsewhere", place(channel_id="other")))
    seen = []
    cursor = None
    while True:
        page = await catalogue.items.page("lib", channel_id="c", cursor=cursor, limit=2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len({item.item_id for item in seen}) == len(seen) == 7
    assert [item.posted_at for item in seen] == sorted((i.posted_at for i in seen), reverse=True)
    assert len((await catalogue.items.page("lib")).items) == 8


async def test_the_items_of_a_message_are_those_of_no_other(catalogue: Catalogue) -> None:
    """Broken: a message is compared by the document of another one."""
    for each in (place("m"), place("m", attachment_id="1"), place("n"), place("m", channel_id="d")):
        await catalogue.items.put(text(repr(each), each))
    page = await catalogue.items.page("lib", channel_id="c", message_id="m")
    assert {item.place.attachment_id for item in page.items} == {"", "1"}
    assert {(item.place.channel_id, item.place.message_id) for item in page.items} == {("c", "m")}


async def test_a_foreign_cursor_is_refused(catalogue: Catalogue) -> None:
    """Broken: a mistyped cursor is a server error."""
    with pytest.raises(BadRequest, match="cursor"):
        await catalogue.items.page("lib", cursor="bm9wZQ==")


async def test_the_same_picture_posted_often_is_one_content(catalogue: Catalogue) -> None:
    """Broken: a repost is a second hit, or links to a channel the asker may not see."""
    for n in range(3):
        at = place(f"m{n}", channel_id="secret" if n == 1 else "open")
        await catalogue.items.put(picture(b"same", at, posted_at=POSTED_AT + timedelta(days=-n)))
    await catalogue.items.put(picture(b"same", place(library_id="other library")))
    sha256 = picture(b"same").sha256
    visible = await catalogue.items.places("lib", [sha256, "0" * 64], channel_ids=["open"])
    assert {sha: [p.message_id for p in places] for sha, places in visible.items()} == {
        sha256: ["m2", "m0"]
    }
    everywhere = await catalogue.items.places("lib", [sha256], channel_ids=None)
    assert len(everywhere[sha256]) == 3


async def test_a_content_has_at_most_so_many_places(catalogue: Catalogue) -> None:
    """Broken: a meme posted a thousand times makes every answer huge."""
    for n in range(MAX_PLACES + 1):
        await catalogue.items.put(picture(b"meme", place(f"m{n}")))
    sha256 = picture(b"meme").sha256
    assert len((await catalogue.items.places("lib", [sha256], channel_ids=None))[sha256]) == 50


async def test_forgetting_takes_exactly_what_is_named(catalogue: Catalogue) -> None:
    """Broken: forgetting one author or channel deletes others' posts, or leaves some."""
    mine = text("mine", place("m1"), author_id="me")
    for content in (mine, text("theirs", place("m2")), picture(b"p", place("m2", channel_id="d"))):
        await catalogue.items.put(content)
    gone = await catalogue.items.forget(ForgetRequest(library_id="lib", author_id="me"), limit=9)
    assert gone.item_ids == [item_id_of(place("m1"))]
    gone = await catalogue.items.forget(
        ForgetRequest(library_id="lib", channel_id="d", message_id="m2"), limit=9
    )
    assert gone.sha256s == [picture(b"p").sha256]
    (left,) = await catalogue.items.scan(after=None, limit=9)
    assert left.item.text == "theirs"


async def test_a_whole_library_goes_only_when_asked_for(catalogue: Catalogue) -> None:
    """Broken: a request without ids deletes everything, or a left server leaves its channels."""
    await catalogue.items.put(text("x"))
    await catalogue.channels.put("lib", "c", ChannelUpdate(watched=True))
    with pytest.raises(BadRequest, match="whole library"):
        await catalogue.items.forget(ForgetRequest(library_id="lib"), limit=9)
    everything = ForgetRequest(library_id="lib", everything=True)
    assert len((await catalogue.items.forget(everything, limit=9)).item_ids) == 1
    assert (await catalogue.items.forget(everything, limit=9)).item_ids == []
    assert (await catalogue.channels.page("lib")).channels == []


async def test_forgetting_a_person_forgets_their_judgements(catalogue: Catalogue) -> None:
    """Broken: after /privacy forget-me the engine still knows what somebody liked."""
    put = await catalogue.items.put(text("by ann"))
    for person_id in ("bob", "eve"):
        await catalogue.feedback.add(
            Feedback(
                search_id="s",
                library_id="lib",
                item_id=put.item_id,
                person_id=person_id,
                helpful=True,
            )
        )
    await catalogue.items.forget(ForgetRequest(library_id="lib", author_id="bob"), limit=9)
    assert await judges(catalogue) == ["eve"]


async def test_status_counts_by_kind_and_progress(catalogue: Catalogue) -> None:
    """Broken: `/library status` shows wrong numbers."""
    await catalogue.items.put(picture(b"p", place("m1")))
    done = await catalogue.items.put(text("t", place("m2")))
    version = (await catalogue.items.stored([done.item_id]))[done.item_id].version
    await catalogue.embed_queue.mark_embedded([version], "fp")
    status = await catalogue.items.status("lib")
    assert (status.images, status.texts, status.pending, status.failed) == (1, 1, 1, 0)


async def test_only_blobs_that_exist_count_as_referenced(catalogue: Catalogue) -> None:
    """Broken: sweeping deletes a file that an item still needs."""
    await catalogue.items.put(picture(b"kept"))
    words = text("words", place("m2"))
    await catalogue.items.put(words)
    kept = picture(b"kept").sha256
    assert await catalogue.items.referenced([kept, words.sha256, "0" * 64]) == {kept}


async def judges(catalogue: Catalogue) -> list[str]:
    """Who has judged anything, straight from the table."""
    from sqlalchemy import select

    from engine.catalogue.models import FeedbackRow

    async with catalogue._database.reading() as session:
        return list(await session.scalars(select(FeedbackRow.person_id)))
