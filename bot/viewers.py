"""Who an answer is for: one person, or everybody in a channel.

Both ask `bot.visibility` afresh each time, because roles and channels change while a gallery is
open. What they ask with grows old as well: without the members intent a `Member` keeps the roles
it came with, and a new gateway session replaces servers and channels. So a click brings its own,
by `as_of`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, Self

import discord

from bot.channels import ChannelDirectory
from bot.errors import NotForYou
from bot.visibility import Readable, audience_may_read, is_nsfw, may_read


class Viewers(Protocol):
    """Those who will see an answer."""

    @property
    def guild(self) -> discord.Guild:
        """The server they are in."""

    async def readable(
        self, channel_ids: Iterable[int], *, for_show: bool = False
    ) -> list[Readable]:
        """The channels among `channel_ids` that all of them may read.

        Args:
            channel_ids: the channels in question.
            for_show: something of them is about to be shown, so nothing remembered is relied on;
                else who is in a private thread may be up to a minute old.
        """

    def as_of(self, interaction: discord.Interaction) -> Self:
        """The same viewers with the roles and channels that came with a click just now."""


class OneViewer:
    """A single person, who asked in `place`."""

    def __init__(self, member: discord.Member, place: object, directory: ChannelDirectory) -> None:
        self._member = member
        self._nsfw = is_nsfw(place)
        self._directory = directory

    @classmethod
    def of(cls, interaction: discord.Interaction, directory: ChannelDirectory) -> Self:
        """Whoever uses a command or a button.

        Raises:
            NotForYou: not in a server.
        """
        if not isinstance(interaction.user, discord.Member):
            raise NotForYou("I search inside servers; please ask me in one of its channels.")
        return cls(interaction.user, interaction.channel, directory)

    @property
    def member(self) -> discord.Member:
        """The person, with the roles they had when they asked."""
        return self._member

    @property
    def guild(self) -> discord.Guild:
        """The server the person asked in."""
        return self._member.guild

    async def readable(
        self, channel_ids: Iterable[int], *, for_show: bool = False
    ) -> list[Readable]:
        """The channels among `channel_ids` that the person may read."""
        channels = await self._directory.find_all(self.guild, channel_ids)
        # Membership costs a request each, so it is asked only where nothing else stands against.
        in_reach = [each for each in channels if self._may_read(each, {each.id})]
        joined = await self._directory.joined(self._member, in_reach, afresh=for_show)
        return [channel for channel in in_reach if self._may_read(channel, joined)]

    def as_of(self, interaction: discord.Interaction) -> Self:
        """The person with the roles they have now."""
        return self.of(interaction, self._directory)

    def _may_read(self, channel: Readable, joined: Collection[int]) -> bool:
        return may_read(channel, self._member, joined=joined, nsfw=self._nsfw)


class EverybodyIn:
    """Everybody who can see one channel."""

    def __init__(self, channel: Readable, directory: ChannelDirectory) -> None:
        self._channel = channel
        self._directory = directory

    @property
    def guild(self) -> discord.Guild:
        """The server the channel is in."""
        return self._channel.guild

    async def readable(
        self,
        channel_ids: Iterable[int],
        *,
        for_show: bool = False,  # noqa: ARG002
    ) -> list[Readable]:
        """The channels among `channel_ids` that everybody here may read."""
        channels = await self._directory.find_all(self.guild, channel_ids)
        return [
            channel for channel in channels if audience_may_read(channel, seen_in=self._channel)
        ]

    def as_of(self, interaction: discord.Interaction) -> Self:
        """Those who can see the channel as it is now."""
        channel = interaction.channel
        return type(self)(channel, self._directory) if isinstance(channel, Readable) else self
