"""The thin path: a picture posted in a watched channel is found."""

from __future__ import annotations

from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import buttons_of, text_of


async def test_posted_picture_is_found_by_words(chat: FakeChat) -> None:
    """Nobody would find anything."""
    await chat.watch("general")
    await chat.person("Alice").say("general", files=[("red bike.png", PICTURE)])
    await chat.until(chat.engine.filenames)

    answer = await chat.search("Bob", "general", text="bike")

    assert "strong match" in text_of(answer)
    assert answer.is_ephemeral
    assert "More like this" in buttons_of(answer)
