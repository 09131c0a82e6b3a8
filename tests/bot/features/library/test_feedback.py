"""`/library feedback`: how helpful hits were, in numbers."""

from __future__ import annotations

from bot.standin.permissions import Permission
from bot.standin.world import Message
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import text_of


async def report(chat: FakeChat, name: str) -> str:
    """What an admin is told."""
    return text_of(await (await chat.person(name).slash("general", "library feedback")).answer())


async def judge(chat: FakeChat, name: str, answer: Message, label: str) -> None:
    """Judges the first hit of an answer."""
    before = len(chat.engine.feedback)
    await chat.person(name).click(answer, label)
    await chat.until(lambda: len(chat.engine.feedback) == before + 1)


async def test_judgements_are_told_by_kind_and_channel(chat: FakeChat) -> None:
    """An admin could not see where the search disappoints people."""
    await chat.remember(("Alice", "general", PICTURE), ("Alice", "incidents", "the outage"))
    picture = await chat.search("Bob", "general", text="picture")
    await judge(chat, "Bob", picture, "Not it")
    outage = await chat.search("Bob", "general", text="outage")
    await judge(chat, "Bob", outage, "Helpful")
    text = await report(chat, "Erin")
    erin = chat.person("Erin")
    assert "Pictures: 0% helpful of 1 judgement" in text
    assert f"<#{erin.channel('incidents').id}>: 100% helpful of 1 judgement" in text
    assert "outage" not in text
    assert chat.person("Bob").mention not in text


async def test_channels_the_admin_cannot_read_are_left_out(chat: FakeChat) -> None:
    """Numbers would tell that, and how much, is found in a private channel."""
    await chat.remember(("Alice", "leads", "the plan"))
    answer = await chat.search("Alice", "general", text="plan")
    await judge(chat, "Alice", answer, "Helpful")
    chat.standin.admin.add_role("Managers", Permission.MANAGE_GUILD)
    chat.standin.admin.set_roles(chat.person("Bob").id, ["Managers"])
    assert "Nobody has judged a hit yet" in await report(chat, "Bob")
    assert "100% helpful" in await report(chat, "Erin")
