"""Paging, judging, going on from a hit, and what becomes of old galleries."""

from __future__ import annotations

import pytest

from bot.standin import Refused
from bot.standin.components import walk
from bot.standin.permissions import Permission
from bot.standin.world import Message
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import buttons_of, text_of

SEE = Permission.VIEW_CHANNEL


def button(message: Message, label: str, nth: int = 0) -> str:
    """The custom id of the nth button with a label."""
    found = [part for part in walk(message.components) if part.get("label") == label]
    return str(found[nth]["custom_id"])


async def searched(chat: FakeChat, count: int) -> Message:
    """An answer with so many hits, alternating pictures and texts."""
    posts = [
        ("Alice", "general", PICTURE if n % 2 else f"picture number {n}") for n in range(count)
    ]
    await chat.remember(*posts)
    return await chat.search("Bob", "general", text="picture")


async def test_pages(chat: FakeChat) -> None:
    """Hits beyond the first page could not be seen."""
    answer = await searched(chat, 6)
    assert "page 1 of 2" in text_of(answer)
    assert buttons_of(answer).count("Helpful") == 4
    await chat.person("Bob").click(answer, "Next")
    await chat.standin.until(lambda: "page 2 of 2" in text_of(answer))
    assert buttons_of(answer).count("Helpful") == 2
    assert "**5.**" in text_of(answer)
    await chat.person("Bob").click(answer, "Previous")
    await chat.standin.until(lambda: "page 1 of 2" in text_of(answer))


async def test_pictures_come_with_thumbnails(chat: FakeChat) -> None:
    """A picture hit would have to be opened to be recognised."""
    answer = await searched(chat, 4)
    shown = [part["media"]["url"] for part in walk(answer.components) if part["type"] == 11]
    assert len(shown) == 2
    assert len(answer.attachments) == 2


async def test_judgement_is_stored_and_shown(chat: FakeChat) -> None:
    """People's judgements would be lost, or they would not see that they were taken."""
    answer = await searched(chat, 2)
    await chat.person("Bob").click(answer, button(answer, "Not it", 1))
    await chat.standin.until(lambda: _styles(answer, "Not it") == [2, 3])
    judged = chat.engine.feedback[-1]
    assert (judged.person_id, judged.helpful) == (chat.person("Bob").id, False)
    await chat.person("Bob").click(answer, button(answer, "Helpful", 1))
    await chat.standin.until(lambda: _styles(answer, "Helpful") == [2, 3])
    assert _styles(answer, "Not it") == [2, 2]
    assert len(answer.attachments) == 1, "thumbnails stay"


async def test_more_like_this_answers_anew(chat: FakeChat) -> None:
    """One could not go on from a good hit."""
    await chat.remember(*[("Alice", "general", PICTURE)] * 2, ("Alice", "general", "no picture"))
    answer = await chat.search("Bob", "general", image=("mine.png", PICTURE))
    asked = await chat.person("Bob").click(answer, button(answer, "More like this", 1))
    further = await asked.answer()
    assert further.id != answer.id
    assert further.is_ephemeral
    assert "this hit" in text_of(further)
    assert len([part for part in walk(further.components) if part["type"] == 11]) == 1


async def test_page_is_checked_again_when_it_is_turned(chat: FakeChat) -> None:
    """Hits would be shown after a channel was closed to the person, or after a deletion."""
    await chat.remember(*[("Alice", "general", f"picture {n}") for n in range(4)])
    _, gone = await chat.remember(
        ("Alice", "incidents", "picture secret"), ("Alice", "general", "picture gone")
    )
    answer = await chat.search("Bob", "general", text="picture")
    everyone = chat.standin.world.guild.id
    chat.standin.admin.set_overwrite("incidents", everyone, deny=SEE)
    await chat.person("Alice").delete(gone)
    await chat.until(lambda: "picture gone" not in chat.engine.texts())
    await chat.person("Bob").click(answer, "Next")
    await chat.standin.until(lambda: "page 2 of 2" in text_of(answer))
    assert "may not be shown here any more" in text_of(answer)
    assert "secret" not in text_of(answer)


async def test_buttons_from_before_a_restart_are_answered(chat: FakeChat) -> None:
    """A click on an old gallery would only say that the interaction failed."""
    answer = await searched(chat, 1)
    await chat.restart_bot()
    asked = await chat.person("Bob").click(answer, "Helpful")
    assert "These buttons have expired" in text_of(await asked.answer())


async def test_expired_gallery_is_greyed_out(chat: FakeChat) -> None:
    """Buttons that do nothing any more would look as if they worked."""
    chat.changes["gallery_timeout_s"] = 0.3
    await chat.restart_bot()
    answer = await searched(chat, 1)
    await chat.standin.until(
        lambda: all(part["disabled"] for part in walk(answer.components) if "custom_id" in part)
    )
    with pytest.raises(Refused, match="cannot be used"):
        await chat.person("Bob").click(answer, "Helpful")


def _styles(answer: Message, label: str) -> list[int]:
    return [part["style"] for part in walk(answer.components) if part.get("label") == label]
