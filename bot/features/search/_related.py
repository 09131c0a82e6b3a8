"""The question behind **Related messages**: has what this message says been said before?"""

from __future__ import annotations

import discord

from bot.errors import NotUnderstood
from bot.features.search._question import Question
from bot.messages import picture_attachments, words
from engine.schemas import ItemKind

MOST_CHARS = 2000  # the engine's default limit; encoders read less of a text than that


def related_to(message: discord.Message) -> Question:
    """The question for other messages and documents that say what this message says.

    Raises:
        NotUnderstood: the message says nothing.
    """
    text = words(message)
    if not text:
        raise NotUnderstood(_why_nothing(message))
    return Question(
        text=text[:MOST_CHARS], kind=ItemKind.TEXT, asks_before=True, asked_about=message.id
    )


def _why_nothing(message: discord.Message) -> str:
    if picture_attachments(message):
        return (
            "That message is a picture without words. Use **Apps → Find similar** on it to find "
            "pictures like it."
        )
    return "That message has no words that I could compare. Choose one that has some."
