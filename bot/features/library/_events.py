"""Discord's events, as the keeper wants them.

The raw events are used, because those about messages that left discord.py's cache, or were posted
before the bot started, come only there.
"""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.features.library._keeper import Keeper
from bot.resources import Resources


class LibraryEvents(commands.Cog):
    """Hands events on and does nothing else."""

    def __init__(self, bot: commands.Bot, keeper: Keeper, resources: Resources) -> None:
        self._bot = bot
        self._keeper = keeper
        self._resources = resources

    async def cog_load(self) -> None:
        """Starts the work that goes on behind the events."""
        self._resources.tasks.start(self._keeper.run(), name="keeping the library")

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """A new gateway session; a resumed one misses nothing."""
        self._resources.directory.clear()
        self._keeper.session_began()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Every server is known."""
        for guild in self._bot.guilds:
            self._keeper.catch_up(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added to a server."""
        self._keeper.guild_joined(guild)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed from a server."""
        self._keeper.guild_left(guild.id)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Something was posted."""
        self._keeper.message_posted(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Something was edited."""
        self._keeper.message_edited(event.message, event.cached_message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted."""
        if event.guild_id is not None:
            self._keeper.messages_deleted(event.guild_id, event.channel_id, [event.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages were deleted at once."""
        if event.guild_id is not None:
            self._keeper.messages_deleted(event.guild_id, event.channel_id, event.message_ids)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted."""
        self._keeper.channel_deleted(channel.guild.id, channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        self._resources.directory.forget(event.guild_id, event.thread_id)
        self._keeper.channel_deleted(event.guild_id, event.thread_id)
