"""What a Discord message holds: its words, pictures and documents."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.cdn import FileReader, on_discords_cdn
from bot.filetypes import is_document_name, is_picture_name

SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
DRAWN_STICKERS = frozenset(
    {discord.StickerFormatType.png, discord.StickerFormatType.apng, discord.StickerFormatType.gif}
)


@dataclass(frozen=True)
class PictureSource:
    """A picture that could be downloaded.

    Attributes:
        url: its address on Discord's hosts.
        size_bytes: its size where Discord tells, else 0.
    """

    url: str
    size_bytes: int = 0

    async def read(self, reader: FileReader) -> bytes:
        """Downloads it, unless Discord already says that it is too large.

        Raises:
            Unusable: it cannot be downloaded.
        """
        reader.refuse_if_too_large(self.size_bytes)
        return await reader.read(self.url)


def is_picture(attachment: discord.Attachment) -> bool:
    """Whether an attachment says that it is a picture; the engine looks at its bytes."""
    kind = attachment.content_type or ""
    return kind.startswith("image/") or is_picture_name(attachment.filename)


def is_document(attachment: discord.Attachment) -> bool:
    """Whether an attachment says that it is a document, a table or a program."""
    kind = attachment.content_type or ""
    return kind.startswith("text/") or is_document_name(attachment.filename)


def by_a_person(message: discord.Message) -> bool:
    """Whether somebody wrote it: no bot, no webhook, no notice of Discord's."""
    return not message.author.bot and message.webhook_id is None and message.type in SPOKEN


def mentions_bot(message: discord.Message, me: discord.abc.Snowflake) -> bool:
    """Whether a message mentions the bot, or the role of the same name that Discord offers too."""
    role = message.guild and message.guild.self_role
    return me.id in message.raw_mentions or role in message.role_mentions


def words(message: discord.Message) -> str:
    """What the message says, mentions as names; a forward says what it forwards."""
    said = [message.clean_content, *(snapshot.content for snapshot in message.message_snapshots)]
    return "\n".join(text for text in said if text).strip()


def attachments(message: discord.Message) -> list[discord.Attachment]:
    """Every file attached to the message or to what it forwards, in order."""
    return [
        *message.attachments,
        *(each for snapshot in message.message_snapshots for each in snapshot.attachments),
    ]


def picture_attachments(message: discord.Message) -> list[discord.Attachment]:
    """The pictures among the attachments."""
    return [attachment for attachment in attachments(message) if is_picture(attachment)]


def remembered_attachments(message: discord.Message) -> list[discord.Attachment]:
    """The attachments that can be found again: pictures and documents."""
    return [each for each in attachments(message) if is_picture(each) or is_document(each)]


def pictures_to_search_by(message: discord.Message) -> list[PictureSource]:
    """Everything in a message that shows a picture: attachments, then stickers, then links."""
    return [
        *(PictureSource(each.url, each.size) for each in picture_attachments(message)),
        *(PictureSource(each.url) for each in message.stickers if each.format in DRAWN_STICKERS),
        *_from_embeds([*message.embeds, *_forwarded_embeds(message)]),
    ]


def _forwarded_embeds(message: discord.Message) -> list[discord.Embed]:
    return [embed for snapshot in message.message_snapshots for embed in snapshot.embeds]


def _from_embeds(embeds: list[discord.Embed]) -> list[PictureSource]:
    sources: list[PictureSource] = []
    for embed in embeds:
        for media in (embed.image, embed.thumbnail):
            addresses = [url for url in (media.proxy_url, media.url) if url]
            sources += [PictureSource(url) for url in addresses[:1] if on_discords_cdn(url)]
    return sources
