"""Channels, feedback, answered requests and facts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from engine.catalogue import Answer, Catalogue
from engine.errors import Conflict, NotFound
from engine.schemas import ChannelUpdate, Feedback, ItemKind, JudgementCount
from tests.engine.catalogue.contents import picture, place, text


async def test_a_channel_keeps_what_an_update_leaves_out(catalogue: Catalogue) -> None:
    """Broken: renaming a channel stops watching it, or makes it read from the start again."""
    await catalogue.channels.put("lib", "c", ChannelUpdate(name="pets", watched=True))
    await catalogue.channels.put("lib", "c", ChannelUpdate(read_up_to="42"))
    channel = await catalogue.channels.put("lib", "c", ChannelUpdate(name="cats"))
    assert channel == await catalogue.channels.get("lib", "c")
    assert (channel.name, channel.watched, channel.read_up_to) == ("cats", True, "42")


async def test_a_channel_can_be_read_from_the_start_again(catalogue: Catalogue) -> None:
    """Broken: a forgotten channel that is watched again never gets its history back."""
    await catalogue.channels.put("lib", "c", ChannelUpdate(read_up_to="42"))
    channel = await catalogue.channels.put("lib", "c", ChannelUpdate(read_up_to=None))
    assert channel.read_up_to is None


async def test_channels_are_paged(catalogue: Catalogue) -> None:
    """Broken: a server with many channels shows only some of them."""
    for n in range(5):
        await catalogue.channels.put("lib", f"c{n}", ChannelUpdate(watched=True))
    await catalogue.channels.put("other", "c9", ChannelUpdate(watched=True))
    first = await catalogue.channels.page("lib", limit=3)
    rest = await catalogue.channels.page("lib", cursor=first.next_cursor, limit=3)
    ids = [channel.channel_id for channel in first.channels + rest.channels]
    assert (ids, rest.next_cursor) == ([f"c{n}" for n in range(5)], None)


async def test_an_unknown_channel_is_a_clear_error(catalogue: Catalogue) -> None:
    """Broken: asking about a channel never watched is a server error."""
    with pytest.raises(NotFound, match="never been watched"):
        await catalogue.channels.get("lib", "nowhere")


async def test_the_latest_judgement_counts(catalogue: Catalogue) -> None:
    """Broken: changing one's mind from Helpful to Not it counts as both."""
    item_id = (await catalogue.items.put(text("x"))).item_id
    judgement = Feedback(
        search_id="s", library_id="lib", item_id=item_id, person_id="bob", helpful=True
    )
    await catalogue.feedback.add(judgement)
    await catalogue.feedback.add(judgement.model_copy(update={"helpful": False}))
    assert await judgements(catalogue) == [("bob", False)]


async def test_judgements_are_counted_by_channel_and_kind(catalogue: Catalogue) -> None:
    """Broken: an admin is shown the judgements of another channel, or of another server."""
    said = (await catalogue.items.put(text("x", place(channel_id="c")))).item_id
    seen = (await catalogue.items.put(picture(b"x", place(channel_id="d")))).item_id
    away = (await catalogue.items.put(text("x", place(library_id="other")))).item_id
    for library_id, item_id, person_id, helpful in (
        ("lib", said, "ann", True),
        ("lib", said, "bob", True),
        ("lib", said, "cat", False),
        ("lib", seen, "ann", False),
        ("other", away, "ann", True),
    ):
        await catalogue.feedback.add(
            Feedback(
                search_id="s",
                library_id=library_id,
                item_id=item_id,
                person_id=person_id,
                helpful=helpful,
            )
        )
    assert (await catalogue.feedback.summary("lib")).counts == [
        JudgementCount(channel_id="c", kind=ItemKind.TEXT, helpful=2, not_it=1),
        JudgementCount(channel_id="d", kind=ItemKind.IMAGE, helpful=0, not_it=1),
    ]


@pytest.mark.parametrize("library_id", ["lib", "another library"])
async def test_what_is_gone_cannot_be_judged(catalogue: Catalogue, library_id: str) -> None:
    """Broken: judging a deleted hit fails obscurely, or reaches into another library."""
    item_id = "nowhere"
    if library_id != "lib":
        item_id = (await catalogue.items.put(text("x"))).item_id
    with pytest.raises(NotFound, match="deleted meanwhile"):
        await catalogue.feedback.add(
            Feedback(
                search_id="s", library_id=library_id, item_id=item_id, person_id="p", helpful=True
            )
        )


async def test_a_repeated_request_gets_its_first_answer(catalogue: Catalogue) -> None:
    """Broken: a retry after a lost answer is carried out twice."""
    assert await catalogue.idempotency.get("key", "digest") is None
    first = Answer(201, '{"stored": true}')
    assert await catalogue.idempotency.put("key", "digest", first) == first
    assert await catalogue.idempotency.put("key", "digest", Answer(201, "later")) == first
    assert await catalogue.idempotency.get("key", "digest") == first


async def test_one_key_for_two_requests_is_a_conflict(catalogue: Catalogue) -> None:
    """Broken: a reused key answers a new upload with an old one's answer."""
    await catalogue.idempotency.put("key", "digest", Answer(201, ""))
    with pytest.raises(Conflict, match="different request"):
        await catalogue.idempotency.get("key", "other digest")
    with pytest.raises(Conflict, match="different request"):
        await catalogue.idempotency.put("key", "other digest", Answer(201, ""))


async def test_answers_are_kept_for_a_day(catalogue: Catalogue) -> None:
    """Broken: answers pile up for ever, or are forgotten before a retry comes."""
    await catalogue.idempotency.put("key", "digest", Answer(201, ""))
    await catalogue.idempotency.purge(now=datetime.now(UTC) + timedelta(hours=23))
    assert await catalogue.idempotency.get("key", "digest") is not None
    await catalogue.idempotency.purge(now=datetime.now(UTC) + timedelta(hours=25))
    assert await catalogue.idempotency.get("key", "digest") is None


async def test_what_is_decided_at_first_start_is_decided_once(catalogue: Catalogue) -> None:
    """Broken: a later start silently changes the encoders under the stored vectors."""
    assert await catalogue.meta.get("profile") is None
    answers = await asyncio.gather(*(catalogue.meta.set_once("profile", p) for p in "abcdefgh"))
    assert len(set(answers)) == 1
    assert await catalogue.meta.get("profile") == answers[0]


async def judgements(catalogue: Catalogue) -> list[tuple[str, bool]]:
    """Who judged what, straight from the table."""
    from sqlalchemy import select

    from engine.catalogue.models import FeedbackRow

    async with catalogue._database.reading() as session:
        rows = await session.execute(select(FeedbackRow.person_id, FeedbackRow.helpful))
        return list(rows.tuples())
