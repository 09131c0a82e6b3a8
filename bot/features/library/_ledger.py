"""Which channels are remembered, and how far each has been read; the engine keeps it durably."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import discord

from bot.features.library._reading_mark import ReadingMark
from bot.visibility import Readable
from engine.client import EngineClient
from engine.schemas import ChannelUpdate, ForgetRequest


@dataclass
class Entry:
    """One channel or thread the library knows.

    Attributes:
        watched: whether new messages are remembered.
        mark: how far it has been read.
        saved: what the engine holds of the mark; None when it does not know the entry yet.
    """

    guild_id: int
    channel_id: int
    name: str
    watched: bool
    mark: ReadingMark
    saved: int | None = None


class Ledger:
    """The engine's channel records in memory, so that no message has to ask for them.

    A thread without an entry of its own follows its parent, unless it is private: somebody has to
    choose those.
    """

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self._entries: dict[int, Entry] = {}
        self._loaded: set[int] = set()

    async def load(self, guild_id: int) -> None:
        """Reads a server's records; marks that are known already stay."""
        for record in await self._engine.channels(str(guild_id)):
            channel_id, read_up_to = int(record.channel_id), int(record.read_up_to or 0)
            if channel_id not in self._entries:
                self._entries[channel_id] = Entry(
                    guild_id,
                    channel_id,
                    record.name,
                    record.watched,
                    ReadingMark(read_up_to),
                    read_up_to,
                )
        self._loaded.add(guild_id)

    def is_loaded(self, guild_id: int) -> bool:
        """Whether the server's records have been read."""
        return guild_id in self._loaded

    def entries(self, guild_id: int | None = None) -> Iterator[Entry]:
        """Every entry, or every entry of a server."""
        return (each for each in list(self._entries.values()) if guild_id in (None, each.guild_id))

    def get(self, channel_id: int | None) -> Entry | None:
        """The entry of a channel, if it has one."""
        return self._entries.get(channel_id) if channel_id is not None else None

    def watching(self, channel: Readable, *, before: int | None = None) -> Entry | None:
        """The entry to record a channel's messages under; None when it is not watched.

        A thread that follows its parent gets its own entry here. One that was opened since the
        parent was last read is read from its start, an older one from now on.

        Args:
            channel: where messages are posted.
            before: id of the message that draws attention to it, which is still to be read.
        """
        entry = self._entries.get(channel.id)
        if entry is None and isinstance(channel, discord.Thread) and not channel.is_private():
            parent = self._entries.get(channel.parent_id)
            if parent is not None and parent.watched:
                entry = self._entries[channel.id] = _entry(channel, _start(channel, parent, before))
        return entry if entry is not None and entry.watched else None

    async def watch(self, channel: Readable) -> Entry:
        """Remembers new messages from now on."""
        entry = self._entries.get(channel.id)
        if entry is None:
            entry = self._entries[channel.id] = _entry(channel, _read_up_to(channel))
        elif not entry.watched:
            entry.watched = True
            entry.mark = _read_up_to(channel)
        await self._engine.update_channel(
            str(entry.guild_id),
            str(entry.channel_id),
            ChannelUpdate(name=channel.name, watched=True, read_up_to=str(entry.mark.value)),
        )
        entry.saved = entry.mark.value
        return entry

    async def unwatch(self, entry: Entry, *, forget: bool, asked_by: int) -> int:
        """Remembers no new messages; with `forget` deletes the old. Answers how many went."""
        await self._engine.update_channel(
            str(entry.guild_id), str(entry.channel_id), ChannelUpdate(watched=False)
        )
        entry.watched = False
        if not forget:
            return 0
        return await self._engine.forget(
            ForgetRequest(
                library_id=str(entry.guild_id),
                channel_id=str(entry.channel_id),
                asked_by=str(asked_by),
            )
        )

    def drop(self, entry: Entry) -> None:
        """Takes out a channel that no longer exists; the engine is told at the next `save`."""
        entry.watched = False
        entry.saved = None

    async def save(self) -> None:
        """Hands marks that have moved to the engine.

        Raises:
            EngineCallFailed: some are not saved; the next call tries them again.
        """
        for entry in self.entries():
            value = entry.mark.value
            if value != entry.saved:
                await self._engine.update_channel(
                    str(entry.guild_id),
                    str(entry.channel_id),
                    ChannelUpdate(name=entry.name, watched=entry.watched, read_up_to=str(value)),
                )
                entry.saved = value


def _entry(channel: Readable, mark: ReadingMark) -> Entry:
    return Entry(channel.guild.id, channel.id, channel.name, True, mark)


def _start(thread: discord.Thread, parent: Entry, before: int | None) -> ReadingMark:
    if thread.id > parent.mark.value:
        return ReadingMark(thread.id - 1)
    return _read_up_to(thread, before=before)


def _read_up_to(channel: Readable, *, before: int | None = None) -> ReadingMark:
    """A mark at the newest message (of those before `before`), with nothing left to read."""
    newest = channel.last_message_id or 0
    mark = ReadingMark(newest if before is None else min(newest, before - 1))
    mark.end_of_history(mark.interruptions)
    return mark
