"""`/labels add`: somebody's own picture or text becomes an item with a label.

It is posted in the channel, because an item is something that stands at a place in Discord: there
it can be seen, found and deleted like everything else that is remembered.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import discord

from bot.cdn import FileReader
from bot.errors import NotUnderstood, PermissionsMissing
from bot.features.labels._dealer import Labeller
from bot.features.labels._labelling import Labelling
from bot.features.labels._targets import NOUNS, Target
from bot.messages import is_picture, words
from bot.quote import escape
from bot.visibility import Readable
from engine.client import EngineCallFailed
from engine.schemas import (
    Acknowledged,
    ItemKind,
    LabelClass,
    LabelMethod,
    NewItem,
    Place,
)

MOST_TEXT_CHARS = 2_000


@dataclass(frozen=True)
class Example:
    """What somebody submits: a file, or a text.

    Attributes:
        filename: of the file; empty for a text.
    """

    filename: str = ""
    content: bytes = b""
    text: str = ""

    @property
    def kind(self) -> ItemKind:
        """What it is."""
        return ItemKind.IMAGE if self.filename else ItemKind.TEXT


async def read_example(image: discord.Attachment | None, text: str, files: FileReader) -> Example:
    """What somebody gave to a command.

    Raises:
        NotUnderstood: the file is no picture.
        Unusable: it cannot be downloaded.
    """
    if image is None:
        return Example(text=text)
    if not is_picture(image):
        raise NotUnderstood(
            f"`{image.filename}` is no picture, so I added nothing. A file of labels goes into "
            "`file:`."
        )
    files.refuse_if_too_large(image.size)
    return Example(image.filename, await files.read(image.url))


class Adding:
    """Posts an example, has it remembered as its submitter's, and labels it."""

    def __init__(self, labeller: Labeller, labelling: Labelling) -> None:
        self._labeller = labeller
        self._labelling = labelling
        self._engine = labelling.resources.engine

    async def add(self, example: Example, chosen: LabelClass, channel: object) -> str:
        """Adds it, and says so with a link to it.

        Raises:
            NotUnderstood: this is no place for it, or the set is about something else.
            EngineCallFailed: it was refused; nothing is left of it.
        """
        where = self._place_for(example, channel)
        message = await self._post(example, chosen, where)
        try:
            target = await self._remember(example, message)
        except (EngineCallFailed, NotUnderstood):
            await message.delete()
            raise
        given = await self._labelling.give(
            self._labeller, [target], [chosen.class_id], LabelMethod.COMMAND
        )
        if given.refused:
            return f"I added {message.jump_url}, without its label: {given.refused[0].reason}"
        labelset = escape(self._labeller.labelset.name)
        return f"I added {message.jump_url} as **{escape(chosen.name)}** to **{labelset}**."

    def _place_for(self, example: Example, channel: object) -> discord.abc.Messageable:
        labelset = self._labeller.labelset
        if example.kind is not labelset.kind:
            raise NotUnderstood(
                f"**{escape(labelset.name)}** is about {NOUNS[labelset.kind][1]}, so I added "
                f"nothing. Give it a {NOUNS[labelset.kind][0]}."
            )
        if not isinstance(channel, Readable) or str(channel.id) not in self._labeller.channel_ids:
            raise NotUnderstood(
                "I remember nothing that is posted here, so I added nothing. Use this in a channel "
                "that is remembered; `/library watch` makes it one."
            )
        if isinstance(channel, discord.ForumChannel):
            raise NotUnderstood("Nobody can write in a forum itself; use this in one of its posts.")
        return channel

    async def _post(
        self, example: Example, chosen: LabelClass, where: discord.abc.Messageable
    ) -> discord.Message:
        embed = discord.Embed(
            description=(
                f"{self._labeller.member.mention} added this as an example of "
                f"**{escape(chosen.name)}** in **{escape(self._labeller.labelset.name)}**."
            )
        )
        try:
            if not example.filename:
                return await where.send(example.text, embed=embed)
            file = discord.File(io.BytesIO(example.content), filename=example.filename)
            return await where.send(embed=embed, file=file)
        except discord.Forbidden as failure:
            raise PermissionsMissing(
                "I may not post here, so I added nothing. Grant my role Send Messages and Attach "
                "Files in this channel and try again."
            ) from failure

    async def _remember(self, example: Example, message: discord.Message) -> Target:
        member, attachments = self._labeller.member, message.attachments
        item = NewItem(
            place=Place(
                library_id=str(member.guild.id),
                channel_id=str(message.channel.id),
                message_id=str(message.id),
                attachment_id=str(attachments[0].id) if attachments else "",
            ),
            author_id=str(member.id),
            author_name=member.display_name,
            posted_at=message.created_at,
            filename=example.filename,
            text=None if example.filename else words(message),
        )
        stored = await self._engine.add_item(item, example.content or None)
        if stored.status is Acknowledged.NOT_KEPT:
            raise NotUnderstood(
                "You have opted out of being remembered, so I added nothing. "
                f"{self._labelling.resources.mentions.of('privacy opt-out')} changes that."
            )
        return Target.of_item(await self._engine.item(stored.item_id))
