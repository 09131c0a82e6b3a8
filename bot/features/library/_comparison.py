"""Finds what was edited or deleted while nobody was looking."""

from __future__ import annotations

from collections import defaultdict

import discord
from discord.abc import Messageable

from bot.features.library._change import Change
from bot.features.library._ledger import Entry
from bot.messages import remembered_attachments, words
from engine.client import EngineClient
from engine.schemas import Item

HISTORY_FACTOR = 3  # messages read for each one compared; the others hold nothing remembered

Stored = dict[int, dict[str, Item]]


async def differences(
    entry: Entry, channel: Messageable, engine: EngineClient, *, newest: int
) -> list[Change]:
    """Changes that make the library agree with a channel's history.

    Args:
        entry: the channel's entry.
        channel: where its history can be read.
        engine: what is remembered.
        newest: how many remembered messages to compare; older ones are taken on trust.
    """
    stored = await _newest_stored(entry, engine, newest)
    if not stored:
        return []
    oldest = min(stored)
    present: dict[int, discord.Message] = {}
    limit = newest * HISTORY_FACTOR
    read = 0
    async for message in channel.history(limit=limit):
        read += 1
        if message.id < oldest:
            break
        present[message.id] = message
    else:
        if read == limit:  # The history goes on; only the stretch that was read can be compared.
            oldest = min(present)
    return [
        change
        for message_id, items in stored.items()
        if message_id >= oldest
        and (change := _difference(entry, message_id, present.get(message_id), items))
    ]


async def _newest_stored(entry: Entry, engine: EngineClient, newest: int) -> Stored:
    """The items of the newest remembered messages, by message and attachment id."""
    stored: Stored = defaultdict(dict)
    items = engine.items(str(entry.guild_id), channel_id=str(entry.channel_id))
    async for item in items:
        message_id = int(item.place.message_id)
        if message_id not in stored and len(stored) >= newest:
            break
        stored[message_id][item.place.attachment_id] = item
    return stored


def _difference(
    entry: Entry, message_id: int, message: discord.Message | None, items: dict[str, Item]
) -> Change | None:
    place = (entry.guild_id, entry.channel_id, message_id)
    if message is None:
        return Change(*place, deleted=True)
    text = words(message)
    held = {str(attachment.id) for attachment in remembered_attachments(message)}
    remembered_text = items[""].text if "" in items else ""
    if text == remembered_text and items.keys() <= held | {""}:
        return None
    return Change(*place, message, start_over=True)
