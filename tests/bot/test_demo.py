"""The demo content a newcomer searches first."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.demo import WATCHED_CHANNELS, seed
from bot.demo.seed import read_posts
from tests.bot.conftest import FakeChat
from tests.bot.reading import text_of


async def test_newcomer_finds_the_demo_at_once(chat: FakeChat) -> None:
    """The first search of a newcomer would find nothing."""
    seeded = await seed(chat.standin)
    await chat.until(lambda: len(chat.engine.items) == seeded.pictures + seeded.texts, timeout_s=60)
    assert "wifi password has changed" in text_of(await chat.search("Bob", "general", text="wifi"))
    assert "Salary" not in text_of(await chat.search("Bob", "general", text="salary"))
    assert all(not m.is_ephemeral for m in chat.standin.messages("leads")), "no leftovers"
    newest = max(m.timestamp for m in chat.standin.messages("general"))
    assert datetime.fromisoformat(newest) < datetime.now(UTC)


async def test_used_chat_is_not_seeded_again(chat: FakeChat) -> None:
    """Each start would add the same messages once more."""
    await chat.person("Alice").say("general", "ours")
    assert (await seed(chat.standin)).texts == 0
    assert len(chat.standin.messages("general")) == 1


def test_messages_are_many_and_varied() -> None:
    """The demo would look made up, or leave a channel empty."""
    posts = read_posts()
    assert len(posts) >= 80
    assert {post["channel"] for post in posts} == {*WATCHED_CHANNELS, "logo-ideas"}
    assert len({post["author"] for post in posts}) >= 4
    assert len({post["text"] for post in posts}) == len(posts)
    assert all(post["days_ago"] >= 1 for post in posts)
