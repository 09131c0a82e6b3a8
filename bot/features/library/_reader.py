"""Reads channels' histories from their marks on: catching up and backfilling are the same."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import discord
from discord.abc import Messageable

from bot.features.library._change import posted
from bot.features.library._comparison import differences
from bot.features.library._ledger import Entry
from bot.features.library._recorder import Recorder
from bot.messages import by_a_person
from bot.resources import Resources
from engine.client import EngineCallFailed

log = logging.getLogger(__name__)

RETRY_S = 20.0


class HistoryReader:
    """Reads each channel at most once at a time, and again from its mark when interrupted."""

    def __init__(self, recorder: Recorder, resources: Resources) -> None:
        self._recorder = recorder
        self._resources = resources
        self._reading: dict[int, asyncio.Task[None]] = {}

    def start(self, entry: Entry, channel: object, *, compare: bool = False) -> bool:
        """Reads on from the entry's mark until the channel's end; False when that goes on already.

        Args:
            entry: whose mark to move.
            channel: a channel that may or may not have messages of its own.
            compare: whether to look first for edits and deletions that were missed.
        """
        if not isinstance(channel, Messageable):  # forums have threads only
            return entry.mark.end_of_history(entry.mark.interruptions)
        running = self._reading.get(entry.channel_id)
        if running is not None and not running.done():
            return False
        self._reading[entry.channel_id] = self._resources.tasks.start(
            self._read(entry, channel, compare=compare), name=f"reading channel {entry.channel_id}"
        )
        return True

    async def _read(self, entry: Entry, channel: Messageable, *, compare: bool) -> None:
        while entry.watched:
            try:
                if compare:
                    await self._compare(entry, channel)
                    compare = False
                if await self._read_to_the_end(entry, channel):
                    return
            except discord.Forbidden:
                log.warning("The history of %s may not be read", entry.name)
                return
            except discord.NotFound:
                log.info("%s is gone while it was read", entry.name)
                return
            except (
                discord.HTTPException,
                EngineCallFailed,
                aiohttp.ClientError,
                OSError,
            ) as failure:
                log.warning("Reading %s stopped, going on soon: %s", entry.name, failure)
                await asyncio.sleep(RETRY_S)

    async def _read_to_the_end(self, entry: Entry, channel: Messageable) -> bool:
        """Reads one stretch; True when nothing was missed since it began."""
        mark, interruptions = entry.mark, entry.mark.interruptions
        history = channel.history(limit=None, after=discord.Object(mark.cursor), oldest_first=True)
        async for message in history:
            if not entry.watched or mark.interruptions != interruptions:
                break
            if by_a_person(message):
                mark.seen(message.id)
                await self._recorder.read(posted(message))
            mark.reached(message.id)
        return mark.end_of_history(interruptions)

    async def _compare(self, entry: Entry, channel: Messageable) -> None:
        if not self._resources.sees_content:
            return
        changes = await differences(
            entry,
            channel,
            self._resources.engine,
            newest=self._resources.settings.compare_messages,
        )
        for change in changes:
            self._recorder.happened(change)
