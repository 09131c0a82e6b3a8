"""**Share**: in public, and only what everybody in the channel may see."""

from __future__ import annotations

from bot.standin.components import walk
from bot.standin.permissions import Permission
from bot.standin.world import Message
from engine.schemas import Place
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import text_of


def public(chat: FakeChat, channel: str) -> list[Message]:
    """What everybody reads of the bot in a channel."""
    return [
        message
        for message in chat.standin.messages(channel)
        if message.author_id == chat.standin.world.bot_id and not message.is_ephemeral
    ]


def place_in(chat: FakeChat, channel: str) -> Place:
    """The place of the one item of a channel."""
    channel_id = chat.standin.admin.channel(channel).id
    [place] = [i.place for i in chat.engine.items.values() if i.place.channel_id == channel_id]
    return place


async def share(chat: FakeChat, name: str, channel: str, words: str) -> str:
    """Shares the first hit of a search; what the person is told."""
    answer = await chat.search(name, channel, text=words)
    asked = await chat.person(name).click(answer, "Share")
    await chat.standin.until(lambda: any(each.is_ephemeral for each in asked.follow_ups))
    return text_of(next(each for each in asked.follow_ups if each.is_ephemeral))


async def test_shared_picture_is_public_and_pings_nobody(chat: FakeChat) -> None:
    """Sharing would show nothing, or alert people."""
    await chat.remember(("Alice", "general", PICTURE))
    told = await share(chat, "Bob", "incidents", "picture")
    assert "Shared in" in told
    [shared] = public(chat, "incidents")
    assert f"{chat.person('Bob').mention} shared something" in text_of(shared)
    assert [part["type"] for part in walk(shared.components)].count(12) == 1
    assert shared.mentions == []


async def test_private_hit_is_withheld(chat: FakeChat) -> None:
    """A lead could show a private channel's message to everybody by one click."""
    await chat.remember(("Alice", "leads", "salary table"))
    told = await share(chat, "Alice", "general", "salary")
    assert "I withheld this" in told
    assert public(chat, "general") == []


async def test_private_hit_is_shared_among_its_own(chat: FakeChat) -> None:
    """Sharing would be refused where everybody may read the hit anyway."""
    await chat.remember(("Alice", "leads", "salary table"))
    assert "Shared in" in await share(chat, "Alice", "leads", "salary")


async def test_place_that_not_all_may_read_is_left_out(chat: FakeChat) -> None:
    """The link of a shared hit would tell that it was posted in a private channel too."""
    secret, _ = await chat.remember(("Alice", "leads", "plan"), ("Alice", "general", "the plan"))
    hidden, shown = place_in(chat, "leads"), place_in(chat, "general")
    chat.engine.other_places[shown] = [hidden]
    told = await share(chat, "Alice", "general", "the")
    assert "I withheld 1 other place" in told
    [shared] = public(chat, "general")
    assert secret.channel_id not in text_of(shared)


async def test_author_of_a_hidden_place_is_not_told(chat: FakeChat) -> None:
    """A public post would be credited to whoever posted the same thing in private."""
    await chat.remember(("Alice", "leads", PICTURE), ("Bob", "general", "the plan"))
    hidden, shown = place_in(chat, "leads"), place_in(chat, "general")
    chat.engine.other_places[hidden] = [shown]
    assert "Shared in" in await share(chat, "Alice", "general", "picture")
    [shared] = public(chat, "general")
    told = text_of(shared).replace(f"{chat.person('Alice').mention} shared", "")
    assert chat.person("Alice").mention not in told
    assert "picture.png" not in told
    assert f"/{shown.message_id}" in told


async def test_deleted_hit_is_not_shared(chat: FakeChat) -> None:
    """Something its author has deleted would be posted again."""
    [posted] = await chat.remember(("Alice", "general", "oh no"))
    answer = await chat.search("Bob", "general", text="oh")
    await chat.person("Alice").delete(posted)
    await chat.until(lambda: not chat.engine.items)
    asked = await chat.person("Bob").click(answer, "Share")
    await chat.standin.until(lambda: asked.follow_ups)
    assert "deleted in the meantime" in text_of(asked.follow_ups[0])
    assert public(chat, "general") == []


async def test_who_may_not_write_may_not_share(chat: FakeChat) -> None:
    """Somebody could write through the bot where they are muted."""
    await chat.remember(("Alice", "general", "news"))
    everyone = chat.standin.world.guild.id
    chat.standin.admin.set_overwrite("incidents", everyone, deny=Permission.SEND_MESSAGES)
    assert "may not write" in await share(chat, "Bob", "incidents", "news")
    assert public(chat, "incidents") == []
