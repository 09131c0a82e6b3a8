"""The question behind **Related messages**: has what this message says been said before?"""

from __future__ import annotations

import discord

from bot.errors import NotUnderstood
from bot.features.search._question import Question
from bot.messages import attachments, is_document, picture_attachments, words
from engine.client import EngineClient
from engine.schemas import ItemKind

MOST_CHARS = 2000  # the engine's default limit; encoders read less of a text than that


async def related_to(message: discord.Message, engine: EngineClient) -> Question:
    """The question for other messages and documents that say what this one, or its document, says.

    Raises:
        NotUnderstood: the message says nothing, and its document is not remembered.
    """
    text = words(message)[:MOST_CHARS]
    document_id = None if text else await _document_in(message, engine)
    if not text and document_id is None:
        raise NotUnderstood(_why_nothing(message))
    return Question(
        text=text,
        like_item_id=document_id,
        kind=ItemKind.TEXT,
        asks_before=True,
        asked_about=message.id,
    )


async def _document_in(message: discord.Message, engine: EngineClient) -> str | None:
    """The id of the first remembered document of a message."""
    if message.guild is None or not any(map(is_document, attachments(message))):
        return None
    stored = engine.items(
        str(message.guild.id), channel_id=str(message.channel.id), message_id=str(message.id)
    )
    documents = [item async for item in stored if item.kind is ItemKind.TEXT]
    documents.sort(key=lambda item: int(item.place.attachment_id))
    return documents[0].item_id if documents else None


def _why_nothing(message: discord.Message) -> str:
    if any(map(is_document, attachments(message))):
        return (
            "I have not read the document in that message: this channel is not remembered, or the "
            "document could not be used. Ask for what it says with `/ask-before`."
        )
    if picture_attachments(message):
        return (
            "That message is a picture without words. Use **Apps → Find similar** on it to find "
            "pictures like it."
        )
    return "That message has no words that I could compare. Choose one that has some."
