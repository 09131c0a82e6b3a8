"""Finding channels by id, archived threads included, and the members of private threads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Generic, TypeVar

import discord

from bot.visibility import Readable

KEEP_S = 600.0
KEEP_MEMBERSHIP_S = 60.0
MOST_KEPT = 5_000

Value = TypeVar("Value")


class _Kept(Generic[Value]):
    """Answers kept for a while; the oldest go first."""

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._entries: dict[tuple[int, int], tuple[float, Value]] = {}

    def get(self, key: tuple[int, int]) -> tuple[Value] | None:
        entry = self._entries.get(key)
        return (entry[1],) if entry and entry[0] > time.monotonic() else None

    def put(self, key: tuple[int, int], value: Value) -> None:
        self._entries.pop(key, None)
        if len(self._entries) >= MOST_KEPT:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = (time.monotonic() + self._keep_s, value)

    def drop(self, key: tuple[int, int]) -> None:
        self._entries.pop(key, None)

    def clear(self) -> None:
        self._entries.clear()


class ChannelDirectory:
    """Knows every channel a library can name.

    discord.py's cache has channels and active threads. Archived threads are asked for one by one
    and kept for ten minutes, failures too: Discord bans addresses that collect refusals.
    """

    def __init__(self) -> None:
        self._fetched: _Kept[Readable | None] = _Kept(KEEP_S)
        self._memberships: _Kept[bool] = _Kept(KEEP_MEMBERSHIP_S)

    def clear(self) -> None:
        """Forgets what was asked for; a new gateway session replaces the objects behind it."""
        self._fetched.clear()
        self._memberships.clear()

    def forget(self, guild_id: int, channel_id: int) -> None:
        """A channel or thread is gone."""
        self._fetched.drop((guild_id, channel_id))

    async def find(self, guild: discord.Guild, channel_id: int) -> Readable | None:
        """The channel, or None when it is gone or the bot has no access to it."""
        cached = guild.get_channel_or_thread(channel_id)
        if cached is not None:
            return cached if isinstance(cached, Readable) else None
        key = (guild.id, channel_id)
        if (kept := self._fetched.get(key)) is not None:
            return kept[0]
        try:
            fetched = await guild.fetch_channel(channel_id)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            found = None
        else:
            found = fetched if isinstance(fetched, Readable) else None
        self._fetched.put(key, found)
        return found

    async def find_all(self, guild: discord.Guild, channel_ids: Iterable[int]) -> list[Readable]:
        """The channels among `channel_ids` that exist."""
        found = await asyncio.gather(*(self.find(guild, each) for each in channel_ids))
        return [channel for channel in found if channel is not None]

    async def joined(
        self, member: discord.Member, channels: Iterable[Readable], *, afresh: bool = False
    ) -> frozenset[int]:
        """Ids of the private threads among `channels` that the member belongs to.

        Discord does not tell the bot who leaves a thread, as that takes the members intent.

        Args:
            member: whose memberships.
            channels: where to look.
            afresh: asks Discord even where the answer of a moment ago is known.
        """
        private = [
            channel
            for channel in channels
            if isinstance(channel, discord.Thread) and channel.is_private()
        ]
        belongs = await asyncio.gather(
            *(self._belongs(member, thread, afresh=afresh) for thread in private)
        )
        return frozenset(
            thread.id for thread, inside in zip(private, belongs, strict=True) if inside
        )

    async def _belongs(
        self, member: discord.Member, thread: discord.Thread, *, afresh: bool
    ) -> bool:
        key = (member.id, thread.id)
        if not afresh and (kept := self._memberships.get(key)) is not None:
            return kept[0]
        try:
            await thread.fetch_member(member.id)
        except (discord.NotFound, discord.Forbidden):
            inside = False
        else:
            inside = True
        self._memberships.put(key, inside)
        return inside
