"""`/library duplicates`: what was posted more than once, as far as the asker may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Self

import discord

from bot.features.library._duplicates import only_visible_page
from bot.standin.components import walk
from bot.standin.permissions import Permission
from bot.standin.world import Message
from engine.client import EngineClient
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import buttons_of, text_of

SEE = Permission.VIEW_CHANNEL
GONE = "may not be shown here any more"


async def duplicates(chat: FakeChat, name: str = "Erin") -> Message:
    """What somebody is shown."""
    return await (await chat.person(name).slash("general", "library duplicates")).answer()


def picture(number: int) -> bytes:
    """A picture unlike the others."""
    return PICTURE + bytes([number])


def make_manager(chat: FakeChat, name: str) -> None:
    """Lets somebody use `/library` without seeing more than before."""
    chat.standin.admin.add_role("Managers", Permission.MANAGE_GUILD)
    chat.standin.admin.set_roles(chat.person(name).id, ["Managers"])


async def test_a_repost_is_told_with_who_where_and_when(chat: FakeChat) -> None:
    """An admin could not find the posts to clean up."""
    posted = await chat.remember(
        ("Alice", "general", PICTURE), ("Bob", "incidents", PICTURE), ("Alice", "general", "other")
    )
    answer = await duplicates(chat)
    text = text_of(answer)
    assert answer.is_ephemeral
    assert "picture.png** · posted 2 times" in text
    first, second = text.index(posted[0].id), text.index(posted[1].id)
    assert first < second, "the oldest first"
    assert chat.person("Bob").mention in text
    assert f"<#{chat.person('Bob').channel('incidents').id}>" in text
    assert posted[2].id not in text
    assert [part["type"] for part in walk(answer.components)].count(11) == 1, "a thumbnail"
    assert "Next" not in buttons_of(answer)


async def test_private_reposts_are_neither_shown_nor_counted(chat: FakeChat) -> None:
    """Whoever manages the server would read along in channels that are closed to them."""
    await chat.remember(
        *[("Alice", "leads", PICTURE)] * 3,
        *[("Alice", "general", PICTURE)] * 2,
        *[("Alice", "leads", picture(1))] * 2,
    )
    make_manager(chat, "Bob")
    text = text_of(await duplicates(chat, "Bob"))
    assert "posted 2 times" in text
    assert "**2.**" not in text
    assert "posted 5 times" in text_of(await duplicates(chat, "Erin"))


async def test_pages_go_on_and_back(chat: FakeChat) -> None:
    """Reposts beyond the first page could not be seen."""
    for number in range(6):
        await chat.remember(*[("Alice", "general", picture(number))] * 2)
    answer = await duplicates(chat)
    assert "page 1" in text_of(answer)
    await chat.person("Erin").click(answer, "Next")
    await chat.standin.until(lambda: "page 2" in text_of(answer))
    assert "**5.**" in text_of(answer)
    assert "**7.**" not in text_of(answer)
    await chat.person("Erin").click(answer, "Previous")
    await chat.standin.until(lambda: "page 1" in text_of(answer))
    assert "**1.**" in text_of(answer)


async def test_a_page_is_checked_again_when_it_is_turned(chat: FakeChat) -> None:
    """A channel that was closed, or a post that was deleted, would be shown by an open answer."""
    for number in range(5):
        await chat.remember(*[("Alice", "general", picture(number))] * 3)
    await chat.remember(*[("Alice", "incidents", picture(9))] * 2)
    make_manager(chat, "Bob")
    answer = await duplicates(chat, "Bob")
    chat.standin.admin.set_overwrite("incidents", chat.standin.world.guild.id, deny=SEE)
    chat.engine.duplicates_asked.clear()
    await chat.person("Bob").click(answer, "Next")
    await chat.standin.until(lambda: "page 2" in text_of(answer))
    incidents = chat.person("Erin").channel("incidents").id
    assert incidents not in text_of(answer)
    assert "**5.**" in text_of(answer)
    assert "**6.**" not in text_of(answer)
    assert all(incidents not in (asked.channel_ids or []) for asked in chat.engine.duplicates_asked)


async def test_an_emptied_page_says_so(chat: FakeChat) -> None:
    """A blank frame would look like a fault."""
    for number in range(4):
        await chat.remember(*[("Alice", "general", picture(number))] * 3)
    last, _ = await chat.remember(*[("Alice", "general", picture(4))] * 2)
    answer = await duplicates(chat)
    await chat.person("Alice").delete(last)
    await chat.until(lambda: len(chat.engine.items) == 13)
    await chat.person("Erin").click(answer, "Next")
    await chat.standin.until(lambda: GONE in text_of(answer))
    assert "Previous" in buttons_of(answer)


async def test_a_message_is_quoted_and_many_places_are_cut_short(chat: FakeChat) -> None:
    """One advertisement posted everywhere would make the answer too long for Discord."""
    await chat.remember(*[("Alice", "general", f"*Buy* now! {'x' * 300}")] * 30)
    text = text_of(await duplicates(chat))
    assert "> \\*Buy\\* now!" in text
    assert "posted 30 times" in text
    assert "and 20 more" in text


async def test_nothing_found_says_what_is_compared(chat: FakeChat) -> None:
    """An admin would not know whether nothing is there or nothing was looked at."""
    assert "Nothing is remembered here yet" in text_of(await duplicates(chat))
    await chat.remember(("Alice", "general", PICTURE))
    text = text_of(await duplicates(chat))
    assert "Nothing in the channels you may read was posted more than once" in text


@dataclass
class Closing:
    """Viewers to whom a channel closes between the question and its answer."""

    guild: Any
    closed: int

    async def readable(self, channel_ids: Iterable[int], *, for_show: bool = False) -> list[Any]:
        """All channels; when something is about to be shown, all but the one that closed."""
        return [
            SimpleNamespace(id=each) for each in channel_ids if not for_show or each != self.closed
        ]

    def as_of(self, interaction: discord.Interaction) -> Self:
        """The same."""
        return self


async def test_what_closes_while_the_page_is_found_is_not_counted(chat: FakeChat) -> None:
    """A role taken a moment ago would still show, or count, what stands in its channel."""
    posted = await chat.remember(
        *[("Alice", "leads", PICTURE)] * 2, *[("Alice", "general", PICTURE)] * 2
    )
    guild = SimpleNamespace(id=int(chat.standin.world.guild.id), threads=[])
    viewers = Closing(guild, int(posted[0].channel_id))
    async with EngineClient(chat.engine.url, chat.engine.token) as engine:
        page = await only_visible_page(viewers, engine, None, 4)
    (group,) = page.groups
    assert group.count == 2
    assert {post.place.channel_id for post in group.posts} == {posted[2].channel_id}
