"""Replies to a picture that mention the bot."""

from __future__ import annotations

import discord
import pytest

from bot.features.search._mention import said_to
from bot.standin.world import Message
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.reading import buttons_of, text_of


async def answer_to(chat: FakeChat, message: Message) -> Message:
    """The bot's reply to a message, once it is there."""

    def found() -> Message | None:
        replies = chat.standin.messages(message.channel_id)
        return next(
            (r for r in replies if r.reference and r.reference.message_id == message.id), None
        )

    await chat.standin.until(found)
    reply = found()
    assert reply is not None
    return reply


async def test_reply_with_words_refines_the_picture(chat: FakeChat) -> None:
    """Asking for the same at night would look for the picture alone, or for the mention."""
    posted, _ = await chat.remember(("Alice", "general", PICTURE), ("Alice", "incidents", PICTURE))
    me = chat.standin.world.bot_id
    said = await chat.person("Bob").reply(posted, f"<@{me}> like this, but at night!")
    answer = await answer_to(chat, said)
    assert not answer.is_ephemeral
    assert "your picture with “at night”" in text_of(answer)
    parts = chat.engine.searches[-1].parts
    assert [(part.upload, part.text) for part in parts] == [(0, None), (None, "at night")]
    assert "Share" not in buttons_of(answer), "it is public already"


async def test_the_role_named_like_the_bot_is_answered_too(chat: FakeChat) -> None:
    """Whoever picks the wrong one of the two "Magpie" that Discord offers would get no answer."""
    posted, _ = await chat.remember(("Alice", "general", PICTURE), ("Alice", "incidents", PICTURE))
    role = next(one for one in chat.standin.world.roles.values() if one.bot_id)
    said = await chat.person("Bob").reply(posted, f"<@&{role.id}> but at night")
    assert "your picture with “at night”" in text_of(await answer_to(chat, said))


async def test_public_answer_holds_only_what_everybody_may_read(chat: FakeChat) -> None:
    """A lead's question in #general would show the private channel to all."""
    await chat.remember(("Alice", "leads", PICTURE))
    posted = await chat.person("Alice").say("general", files=[("mine.png", PICTURE)])
    said = await chat.person("Alice").reply(posted, f"<@{chat.standin.world.bot_id}>")
    assert "no good match" in text_of(await answer_to(chat, said))


async def test_others_cannot_use_the_buttons(chat: FakeChat) -> None:
    """Anybody could turn the pages of somebody else's answer, or judge in their name."""
    posted, _ = await chat.remember(("Alice", "general", PICTURE), ("Alice", "incidents", PICTURE))
    said = await chat.person("Bob").reply(posted, f"<@{chat.standin.world.bot_id}>")
    answer = await answer_to(chat, said)
    asked = await chat.person("Carol").click(answer, "Helpful")
    told = await asked.answer()
    assert f"belong to {chat.person('Bob').mention}" in text_of(told)
    assert chat.engine.feedback == []


async def test_mention_with_its_own_picture(chat: FakeChat) -> None:
    """A picture posted together with the mention would be overlooked."""
    await chat.remember(("Alice", "general", PICTURE))
    said = await chat.person("Bob").say(
        "general", f"<@{chat.standin.world.bot_id}>", files=[("mine.png", PICTURE)]
    )
    assert chat.person("Alice").mention in text_of(await answer_to(chat, said))
    assert len(chat.engine.items) == 1, "questions to the bot are not remembered"


async def test_reply_to_words_says_what_to_do(chat: FakeChat) -> None:
    """A person would get no answer at all."""
    [posted] = await chat.remember(("Alice", "general", "only words"))
    said = await chat.person("Bob").reply(posted, f"<@{chat.standin.world.bot_id}> similar")
    assert "There is no picture in that message" in text_of(await answer_to(chat, said))


async def test_mention_out_of_the_blue_says_what_to_do(chat: FakeChat) -> None:
    """Somebody who greets the bot would think it is dead."""
    said = await chat.person("Bob").say("general", f"hello <@{chat.standin.world.bot_id}>")
    assert "Reply to a picture and mention me" in text_of(await answer_to(chat, said))


async def test_reply_to_a_deleted_picture(chat: FakeChat) -> None:
    """A person would read an internal error."""
    [posted] = await chat.remember(("Alice", "general", PICTURE))
    await chat.person("Alice").delete(posted)
    said = await chat.person("Bob").reply(posted, f"<@{chat.standin.world.bot_id}>")
    assert "deleted" in text_of(await answer_to(chat, said))


async def test_absent_engine_is_told_in_the_channel(chat: FakeChat) -> None:
    """A reply would stay without an answer while the engine is away."""
    [posted] = await chat.remember(("Alice", "general", PICTURE))
    await chat.engine.stop()
    said = await chat.person("Bob").reply(posted, f"<@{chat.standin.world.bot_id}>")
    assert "does not answer" in text_of(await answer_to(chat, said))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<@7> like this but at night", "at night"),
        ("<@!7>   Find similar,  with snow?", "with snow"),
        ("something like this <@7>", ""),
        ("<@7> red bike", "red bike"),
        ("<@&9> red bike", "red bike"),
        ("liking <@7> this", "liking this"),
    ],
)
def test_words_of_a_mention(content: str, words: str) -> None:
    """The words "like this" would be searched for as if it described something."""
    assert said_to(discord.Object(7), content) == words
