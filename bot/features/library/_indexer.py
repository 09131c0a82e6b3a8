"""Makes the library agree with one message."""

from __future__ import annotations

import logging
import operator
from collections.abc import Awaitable, Callable
from dataclasses import astuple, dataclass

import discord

from bot.cdn import FileReader
from bot.errors import FileGone, Unusable
from bot.features.library._change import Change
from bot.messages import remembered_attachments, words
from engine.client import EngineAway, EngineClient, EngineRefused
from engine.schemas import Acknowledged, ForgetRequest, ItemAck, ItemKind, NewItem, Place

log = logging.getLogger(__name__)

FetchMessage = Callable[[Change], Awaitable[discord.Message | None]]

# Problems with one item; any other refusal is about the engine's state and worth a later try.
ITEM_PROBLEMS = frozenset({400, 404, 409, 413, 415, 422})


@dataclass(frozen=True)
class Outcome:
    """What became of one change, in items."""

    pictures: int = 0
    messages: int = 0
    documents: int = 0
    refused: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(*map(operator.add, astuple(self), astuple(other)))

    def __sub__(self, other: Outcome) -> Outcome:
        return Outcome(*map(operator.sub, astuple(self), astuple(other)))


class Indexer:
    """Uploads and forgets; every call may be repeated, so an interrupted one is simply redone."""

    def __init__(
        self, engine: EngineClient, files: FileReader, fetch_message: FetchMessage
    ) -> None:
        self._engine = engine
        self._files = files
        self._fetch_message = fetch_message

    async def apply(self, change: Change) -> Outcome:
        """Brings the library up to a change.

        Raises:
            EngineCallFailed: the engine cannot take it now.
            Unusable: a file could not be downloaded for now.
        """
        if change.deleted:
            await self._forget(change)
            return Outcome()
        message = change.message or await self._fetch_message(change)
        if message is None:
            await self._forget(change)
            return Outcome()
        if change.start_over:
            await self._forget(change)
        outcome = await self._remember_text(change, message)
        for attachment in remembered_attachments(message):
            outcome += await self._remember_file(change, message, attachment)
        return outcome

    async def _forget(self, change: Change) -> None:
        forgotten = await self._engine.forget(
            ForgetRequest(
                library_id=str(change.guild_id),
                channel_id=str(change.channel_id) if change.channel_id else None,
                message_id=str(change.message_id) if change.message_id else None,
                everything=change.channel_id is None,
            )
        )
        log.info("Forgot %d items of %s", forgotten, change.key)

    async def _remember_text(self, change: Change, message: discord.Message) -> Outcome:
        text = words(message)
        if not text:
            return Outcome()
        return await self._upload(_item(change, message, text=text), None)

    async def _remember_file(
        self, change: Change, message: discord.Message, attachment: discord.Attachment
    ) -> Outcome:
        try:
            self._files.refuse_if_too_large(attachment.size)
            data = await self._download(change, attachment)
        except FileGone:
            return Outcome()
        except Unusable as refusal:
            if attachment.size <= self._files.max_bytes:
                raise
            log.warning("Not remembered: %s of %s: %s", attachment.id, message.id, refusal)
            return Outcome(refused=1)
        return await self._upload(_item(change, message, attachment=attachment), data)

    async def _download(self, change: Change, attachment: discord.Attachment) -> bytes:
        """The file's bytes; an address that has expired is renewed once."""
        try:
            return await self._files.read(attachment.url)
        except FileGone:
            fresh = await self._fetch_message(change)
            for renewed in remembered_attachments(fresh) if fresh else []:
                if renewed.id == attachment.id:
                    return await self._files.read(renewed.url)
            raise

    async def _upload(self, item: NewItem, data: bytes | None) -> Outcome:
        try:
            stored = await self._engine.add_item(item, data)
        except EngineRefused as refusal:
            if refusal.problem.status not in ITEM_PROBLEMS:
                raise EngineAway(str(refusal)) from refusal
            log.warning("Not remembered: %s: %s", item.place, refusal)
            return Outcome(refused=1)
        return _outcome(item, stored)


def _outcome(item: NewItem, stored: ItemAck) -> Outcome:
    if stored.status is Acknowledged.NOT_KEPT:
        return Outcome()
    if stored.kind is ItemKind.IMAGE:
        return Outcome(pictures=1)
    return Outcome(documents=1) if item.place.attachment_id else Outcome(messages=1)


def _item(
    change: Change,
    message: discord.Message,
    *,
    attachment: discord.Attachment | None = None,
    text: str | None = None,
) -> NewItem:
    return NewItem(
        place=Place(
            library_id=str(change.guild_id),
            channel_id=str(change.channel_id),
            message_id=str(message.id),
            attachment_id=str(attachment.id) if attachment else "",
        ),
        author_id=str(message.author.id),
        author_name=message.author.display_name,
        posted_at=message.created_at,
        filename=attachment.filename if attachment else "",
        text=text,
    )
