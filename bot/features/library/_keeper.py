"""Keeps the library true to what happens in Discord."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable

import discord
from discord.ext import commands

from bot.features.library._change import Change, edited, posted
from bot.features.library._indexer import Indexer, Outcome
from bot.features.library._ledger import Entry, Ledger
from bot.features.library._reader import HistoryReader
from bot.features.library._recorder import Recorder
from bot.messages import by_a_person, mentions_bot
from bot.resources import Resources
from bot.visibility import Readable
from engine.client import EngineCallFailed

log = logging.getLogger(__name__)

SAVE_EVERY_S = 1.0


class Keeper:
    """Takes Discord's events and brings the library up to them, now or later.

    Attributes:
        tally: what was remembered and refused, by channel, since the bot started.
    """

    def __init__(self, bot: commands.Bot, resources: Resources) -> None:
        self._bot = bot
        self._resources = resources
        self.ledger = Ledger(resources.engine)
        self.tally: defaultdict[int, Outcome] = defaultdict(Outcome)
        indexer = Indexer(resources.engine, resources.files, self._fetch)
        self._recorder = Recorder(
            indexer, resources.settings, settled=self._settled, lost=self._lost
        )
        self._reader = HistoryReader(self._recorder, resources)
        self._incomplete: set[int] = set()

    @property
    def pending(self) -> int:
        """Changes the engine has not taken yet."""
        return self._recorder.pending

    async def run(self) -> None:
        """Works until cancelled; saves the marks once more then."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._recorder.run())
                group.create_task(self._save_marks())
        finally:
            await self._save_once()

    async def idle(self) -> None:
        """Returns when every change that is known of is worked off."""
        await self._recorder.idle()

    def session_began(self) -> None:
        """A new gateway session: whatever was posted since the last one has been missed."""
        for entry in self.ledger.entries():
            entry.mark.interrupt()

    def catch_up(self, guild: discord.Guild) -> None:
        """Reads what a server's watched channels hold since their marks."""
        self._resources.tasks.start(self._catch_up(guild), name=f"catching up {guild.id}")

    def guild_joined(self, guild: discord.Guild) -> None:
        """The bot was added to a server, perhaps again."""
        self._recorder.exists_again(guild.id)
        self.catch_up(guild)

    def message_posted(self, message: discord.Message) -> None:
        """A message has appeared."""
        if isinstance(message.channel, Readable) and self._wanted(message):
            entry = self.ledger.watching(message.channel, before=message.id)
            if entry is not None:
                entry.mark.seen(message.id)
                self._recorder.happened(posted(message))
                if entry.saved is None:  # a thread that was opened a moment ago
                    self._reader.start(entry, message.channel)

    def message_edited(self, message: discord.Message, before: discord.Message | None) -> None:
        """A message's words or attachments have changed."""
        if message.edited_at is None or not isinstance(message.channel, Readable):
            return  # Links that unfold and pins are announced as edits as well.
        if self._wanted(message) and self.ledger.watching(message.channel, before=message.id):
            self._recorder.happened(edited(message, before))

    def messages_deleted(self, guild_id: int, channel_id: int, ids: Iterable[int]) -> None:
        """Messages are gone."""
        if self.ledger.get(channel_id) is not None or not self.ledger.is_loaded(guild_id):
            for message_id in ids:
                self._recorder.happened(Change(guild_id, channel_id, message_id, deleted=True))

    def channel_deleted(self, guild_id: int, channel_id: int) -> None:
        """A channel or thread is gone, and with it all that was posted there."""
        entry = self.ledger.get(channel_id)
        if entry is not None or not self.ledger.is_loaded(guild_id):
            self._recorder.happened(Change(guild_id, channel_id, deleted=True))
        if entry is not None:
            self.ledger.drop(entry)

    def guild_left(self, guild_id: int) -> None:
        """The bot was removed from a server: nothing of it is kept."""
        self._recorder.happened(Change(guild_id, deleted=True))
        for entry in self.ledger.entries(guild_id):
            self.ledger.drop(entry)

    async def watch(self, channel: Readable) -> Entry:
        """Remembers new messages of a channel and its public threads."""
        await self.ledger.load(channel.guild.id)
        for thread in _public_threads(channel):
            await self.ledger.watch(thread)
        return await self.ledger.watch(channel)

    async def unwatch(self, channel: Readable, *, forget: bool, asked_by: int) -> int:
        """Remembers no new messages; with `forget` deletes the old. Answers how many went."""
        await self.ledger.load(channel.guild.id)
        followed = (self.ledger.get(each.id) for each in (channel, *_public_threads(channel)))
        gone = [
            await self.ledger.unwatch(entry, forget=forget, asked_by=asked_by)
            for entry in followed
            if entry is not None
        ]
        return sum(gone)

    async def read_from_the_beginning(self, channel: Readable) -> list[Entry]:
        """Remembers a channel's whole history, archived public threads included."""
        entries = []
        for each in (channel, *_public_threads(channel), *await _archived_threads(channel)):
            entry = await self.ledger.watch(each)
            entry.mark.rewind()
            self._reader.start(entry, each)
            entries.append(entry)
        return entries

    def _wanted(self, message: discord.Message) -> bool:
        """Whether a message is worth remembering: by a person, and no question to the bot."""
        me = self._bot.user
        asked_us = me is not None and mentions_bot(message, me)
        return by_a_person(message) and not asked_us and self._resources.sees_content

    async def _catch_up(self, guild: discord.Guild) -> None:
        await self._load_patiently(guild.id)
        for entry in list(self.ledger.entries(guild.id)):
            if entry.watched:
                channel = await self._locate(guild, entry)
                if channel is not None:
                    self._reader.start(entry, channel, compare=True)
        for thread in guild.threads:
            followed = self.ledger.watching(thread)
            if followed is not None and followed.saved is None:
                self._reader.start(followed, thread)

    async def _load_patiently(self, guild_id: int) -> None:
        pause_s = self._resources.settings.engine_retry_s
        while not self.ledger.is_loaded(guild_id):
            try:
                await self.ledger.load(guild_id)
            except EngineCallFailed as failure:
                log.warning("The list of watched channels is still unknown: %s", failure)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, self._resources.settings.engine_retry_max_s)

    async def _locate(self, guild: discord.Guild, entry: Entry) -> object | None:
        """The channel of an entry; one that was deleted meanwhile is forgotten."""
        channel = guild.get_channel_or_thread(entry.channel_id)
        if channel is not None:
            return channel
        try:
            return await guild.fetch_channel(entry.channel_id)
        except discord.NotFound:
            self.channel_deleted(guild.id, entry.channel_id)
        except (discord.HTTPException, discord.InvalidData) as failure:
            log.warning("%s cannot be read: %s", entry.name, failure)
        return None

    async def _fetch(self, change: Change) -> discord.Message | None:
        guild = self._bot.get_guild(change.guild_id)
        if guild is None or change.channel_id is None or change.message_id is None:
            return None
        channel = await self._resources.directory.find(guild, change.channel_id)
        if not isinstance(channel, discord.abc.Messageable):
            return None
        try:
            return await channel.fetch_message(change.message_id)
        except discord.NotFound:
            return None

    def _settled(self, change: Change, outcome: Outcome) -> None:
        entry = self.ledger.get(change.channel_id)
        if entry is not None and change.message_id is not None:
            self.tally[entry.channel_id] += outcome
            entry.mark.done(change.message_id)

    def _lost(self, change: Change) -> None:
        """There was no room for a change: its channel is read and compared again later."""
        entry = self.ledger.get(change.channel_id)
        if entry is not None:
            entry.mark.interrupt()
            self._incomplete.add(entry.channel_id)

    async def _save_marks(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            await self._save_once()
            if self._incomplete and self._recorder.pending == 0:
                self._read_incomplete()

    async def _save_once(self) -> None:
        try:
            await self.ledger.save()
        except EngineCallFailed as failure:
            log.debug("Marks are saved later: %s", failure)

    def _read_incomplete(self) -> None:
        for channel_id in list(self._incomplete):
            entry = self.ledger.get(channel_id)
            guild = self._bot.get_guild(entry.guild_id) if entry else None
            channel = guild.get_channel_or_thread(channel_id) if guild else None
            if entry is None or channel is None or self._reader.start(entry, channel, compare=True):
                self._incomplete.discard(channel_id)


def _public_threads(channel: Readable) -> list[discord.Thread]:
    if isinstance(channel, discord.TextChannel | discord.ForumChannel):
        return [thread for thread in channel.threads if not thread.is_private()]
    return []


async def _archived_threads(channel: Readable) -> list[discord.Thread]:
    if isinstance(channel, discord.TextChannel | discord.ForumChannel):
        return [thread async for thread in channel.archived_threads(limit=None)]
    return []
