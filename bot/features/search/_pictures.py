"""Chooses and fetches the picture of a message that a person searches by."""

from __future__ import annotations

import discord

from bot.cdn import FileReader
from bot.errors import NoPicture
from bot.messages import pictures_to_search_by


async def picture_in(message: discord.Message, reader: FileReader, *, sees_content: bool) -> bytes:
    """The first picture of a message.

    Args:
        message: where the picture is.
        reader: downloads it.
        sees_content: whether Discord shows the bot what other people's messages hold.

    Raises:
        NoPicture: the message has none, or it was not shown to the bot.
        Unusable: the picture cannot be downloaded.
    """
    sources = pictures_to_search_by(message)
    if not sources:
        raise NoPicture(_why_none(message, sees_content=sees_content))
    return await sources[0].read(reader)


def note_on_others(message: discord.Message) -> str:
    """What to say when a message has more pictures than the one that was used."""
    count = len(pictures_to_search_by(message))
    if count < 2:
        return ""
    return (
        f"That message has {count} pictures; I used the first. "
        "For another one, save it and use `/search image:`."
    )


def _why_none(message: discord.Message, *, sees_content: bool) -> str:
    if message.stickers:
        return "That sticker is an animation without a picture. Choose a message with a picture."
    if message.attachments:
        names = ", ".join(f"`{attachment.filename}`" for attachment in message.attachments[:3])
        return f"I can search by pictures, and {names} is none. Choose a message with a picture."
    if not message.content and not sees_content:
        return (
            "Discord did not show me that message, because the Message Content intent is switched "
            "off for me. Use **Apps → Find similar** on it instead: that works."
        )
    if any(embed.url or embed.image or embed.thumbnail for embed in message.embeds):
        return (
            "The picture in that message is only linked, not stored at Discord, and I fetch from "
            "nowhere else. Upload the picture itself and try again."
        )
    return "There is no picture in that message. Choose one that has a picture."
