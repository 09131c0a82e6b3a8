"""What a library holds, in words."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

import discord

from bot.features.library._indexer import Outcome
from bot.features.library._ledger import Entry
from engine.client import EngineClient
from engine.schemas import Item, ItemKind, LibraryStatus, ModelCard

SORTS = ("picture", "message", "document")
MOST_COUNTED = 5_000
MOST_CHANNELS_SHOWN = 25

NO_CONTENT = (
    "⚠️ New posts cannot be remembered: the **Message Content** intent is switched off. Switch it "
    "on in Discord's developer portal (Bot → Privileged Gateway Intents) and restart me."
)


@dataclass(frozen=True)
class Counts:
    """Items by channel and sort.

    Attributes:
        items: by channel id and one of `SORTS`.
        partial: whether the library holds more items than were counted.
    """

    items: Counter[tuple[str, str]]
    partial: bool

    def of(self, channel_id: int) -> str:
        """One channel's items: "12 pictures, 40 messages, 1 document"."""
        return ", ".join(many(self.items[str(channel_id), sort], sort) for sort in SORTS)


async def count_items(engine: EngineClient, library_id: str) -> Counts:
    """Counts the newest items of a library by channel."""
    items: Counter[tuple[str, str]] = Counter()
    async for item in engine.items(library_id):
        if items.total() >= MOST_COUNTED:
            return Counts(items, partial=True)
        items[item.place.channel_id, _sort(item)] += 1
    return Counts(items, partial=False)


async def gather_status(engine: EngineClient, library_id: str) -> tuple[LibraryStatus, Counts]:
    """A library's totals and its counts by channel."""
    return await asyncio.gather(engine.library(library_id), count_items(engine, library_id))


def describe(
    status: LibraryStatus,
    counts: Counts,
    entries: Collection[Entry],
    *,
    waiting: int,
    refused: int,
    sees_content: bool,
    outdated: Collection[ModelCard],
) -> str:
    """The whole status as Discord markdown.

    Args:
        status: the engine's totals.
        counts: its items by channel.
        entries: the channels to name.
        waiting: changes the engine has not taken yet.
        refused: pictures and documents that could not be used since the bot started.
        sees_content: whether Discord shows the bot what messages hold.
        outdated: models to be trained again.
    """
    remembered = f"**{status.images}** pictures and **{status.texts}** messages and documents"
    lines = ["### Library", f"{remembered} are remembered."]
    if status.pending or waiting:
        lines.append(f"{status.pending + waiting} are still being worked on.")
    if status.failed or refused:
        lines.append(
            f"{status.failed + refused} could not be used "
            "(broken, locked, too large, or not what the name says)."
        )
    if not sees_content:
        lines.append(NO_CONTENT)
    if outdated:
        lines.append(
            f"⚠️ {many(len(outdated), 'trained model')} should be trained again, as not all that "
            "was learnt from may be used any more; `/models list` says why."
        )
    lines += _channels(entries, counts)
    if counts.partial:
        lines.append(f"-# Channels are counted over the newest {MOST_COUNTED} items.")
    return "\n".join(lines)


def describe_outcome(outcome: Outcome) -> str:
    """What a piece of work brought."""
    text = (
        f"{many(outcome.pictures, 'picture')}, {many(outcome.messages, 'message')} and "
        f"{many(outcome.documents, 'document')} are remembered"
    )
    return f"{text}; {outcome.refused} could not be used" if outcome.refused else text


def _sort(item: Item) -> str:
    if item.kind is ItemKind.IMAGE:
        return "picture"
    return "document" if item.place.attachment_id else "message"


def many(count: int, noun: str) -> str:
    """A count with its noun: "1 picture", "2 pictures"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def fraction_read(entries: Iterable[Entry]) -> float:
    """How much of the channels' time has been read, from 0 to 1; ids of Discord hold times."""
    now = discord.utils.utcnow()
    shares: list[float] = []
    for entry in entries:
        if entry.mark.complete or not entry.watched:
            shares.append(1.0)
            continue
        opened = discord.utils.snowflake_time(entry.channel_id)
        read = max(discord.utils.snowflake_time(entry.mark.cursor), opened)
        shares.append((read - opened) / max(now - opened, timedelta(seconds=1)))
    return sum(shares) / len(shares) if shares else 1.0


def _channels(entries: Collection[Entry], counts: Counts) -> list[str]:
    if not entries:
        return ["No channel you can read is remembered yet; start with `/library watch`."]
    shown = sorted(entries, key=lambda entry: (not entry.watched, entry.name))
    lines = [_channel(entry, counts) for entry in shown[:MOST_CHANNELS_SHOWN]]
    more = len(shown) - MOST_CHANNELS_SHOWN
    return [*lines, f"… and {many(more, 'more channel')}"] if more > 0 else lines


def _channel(entry: Entry, counts: Counts) -> str:
    if not entry.watched:
        state = "not remembered any more"
    elif entry.mark.settled:
        state = "up to date"
    else:
        state = f"reading, {fraction_read([entry]):.0%}"
    return f"- <#{entry.channel_id}>: {counts.of(entry.channel_id)} · {state}"
