"""What was posted more than once, asked through the API of the real engine."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.client import EngineClient, EngineRefused
from engine.schemas import DuplicatesPage, DuplicatesRequest, ForgetRequest
from tests.engine.api.conftest import picture_item, png, text_item
from tests.engine_process import EngineProcess
from tests.sample_pictures import re_encoded, sample

LONG = "The office is closed on Friday: the heating is being repaired."
DAY = timedelta(days=1)
FIRST_DAY = datetime(2026, 3, 1, tzinfo=UTC)


async def ask(
    client: EngineClient, library: str, channels: list[str] | None = None, **more: object
) -> DuplicatesPage:
    """A page of what was posted more than once in some channels."""
    channel_ids = ["c"] if channels is None else channels
    request = DuplicatesRequest.model_validate({"channel_ids": channel_ids, **more})
    return await client.duplicates(library, request)


def messages(page: DuplicatesPage) -> list[list[str]]:
    """The messages of each group."""
    return [[post.place.message_id for post in group.posts] for group in page.groups]


async def post_pictures(client: EngineClient, library: str, **pictures: bytes) -> None:
    """Posts pictures by message id, a day after each other, and waits until they are embedded."""
    for day, (message, data) in enumerate(pictures.items()):
        item = picture_item(library, message)
        told = {"posted_at": FIRST_DAY + day * DAY, "author_id": f"by {message}"}
        await client.add_item(item.model_copy(update=told), data)
    assert (await client.library(library, wait_embedded_s=30)).pending == 0


async def test_reposts_and_re_encoded_copies_are_one_group(
    client: EngineClient, library: str
) -> None:
    """Whoever cleans up would not see that re-encoded copies are the same picture."""
    meme, copy = sample("a-dog-in-a-meadow"), re_encoded("a-dog-in-a-meadow")
    other = sample("a-penguin-on-ice")
    await post_pictures(client, library, m1=meme, m2=copy, m3=meme, m4=other)
    page = await ask(client, library)
    assert messages(page) == [["m1", "m2", "m3"]]
    (group,) = page.groups
    assert (group.count, group.item.place.message_id) == (3, "m1")
    assert [post.author_id for post in group.posts] == ["by m1", "by m2", "by m3"]
    assert group.posts[1].posted_at == FIRST_DAY + DAY
    assert page.next_cursor is None


async def test_texts_are_told_by_their_words_and_small_talk_is_left_out(
    client: EngineClient, library: str
) -> None:
    """Every "good morning" would stand above what was really posted again."""
    for message, text in (("1", LONG), ("2", LONG), ("3", "good morning"), ("4", "good morning")):
        await client.add_item(text_item(library, message, text))
    page = await ask(client, library)
    assert [set(group) for group in messages(page)] == [{"1", "2"}]
    assert page.groups[0].item.text == LONG


async def test_only_what_the_asker_may_see_is_told(client: EngineClient, library: str) -> None:
    """A repost would tell that, how often and by whom something stands in a private channel."""
    for message, channel in (("1", "c"), ("2", "leads"), ("3", "c"), ("4", "leads")):
        await client.add_item(picture_item(library, message, channel), png(3))
    await client.add_item(picture_item(library, "5", "c"), png(4))
    await client.add_item(picture_item(library, "6", "leads"), png(4))
    page = await ask(client, library)
    assert [set(group) for group in messages(page)] == [{"1", "3"}]
    assert page.groups[0].count == 2
    assert (await ask(client, library, [])).groups == []
    assert len((await ask(client, library, ["c", "leads"])).groups) == 2


async def test_the_bots_token_names_channels(
    shared_engine: EngineProcess, client: EngineClient, library: str
) -> None:
    """A bug in the bot would open every channel at once."""
    for message, channel in (("1", "c"), ("2", "leads")):
        await client.add_item(picture_item(library, message, channel), png(3))
    everything = DuplicatesRequest(channel_ids=None)
    assert len((await client.duplicates(library, everything)).groups) == 1
    async with shared_engine.client("bot") as bot:
        with pytest.raises(EngineRefused, match="name the channels"):
            await bot.duplicates(library, everything)


async def test_pages_go_from_often_to_seldom_and_lose_nothing(
    client: EngineClient, library: str
) -> None:
    """The worst reposts would not come first, or some groups on no page or on two."""
    for seed, times in enumerate((2, 4, 2, 3)):
        for n in range(times):
            await client.add_item(picture_item(library, f"{seed}-{n}"), png(seed))
    found: list[tuple[str, int]] = []
    page = await ask(client, library, limit=1)
    while True:
        found += [(group.item.place.message_id[0], group.count) for group in page.groups]
        if page.next_cursor is None:
            break
        page = await ask(client, library, limit=1, cursor=page.next_cursor)
    assert [count for _, count in found] == [4, 3, 2, 2]
    assert {seed for seed, _ in found} == {"0", "1", "2", "3"}
    with pytest.raises(EngineRefused, match="cursor"):
        await ask(client, library, cursor="b3Vycw==")


async def test_what_is_deleted_between_two_pages_is_not_shown(
    client: EngineClient, library: str
) -> None:
    """A deleted post would be linked, with its author, by whoever turns the page."""
    for seed, times in enumerate((3, 2, 2)):
        for n in range(times):
            await client.add_item(picture_item(library, f"{seed}-{n}"), png(seed))
    page = await ask(client, library, limit=1)
    second = messages(await ask(client, library, limit=1, cursor=page.next_cursor))[0]
    await client.forget(ForgetRequest(library_id=library, message_id=second[0]))
    following = await ask(client, library, limit=2, cursor=page.next_cursor)
    assert len(following.groups) == 1
    assert second[0] not in messages(following)[0]
