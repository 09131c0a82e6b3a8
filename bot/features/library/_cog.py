"""`/library`: which channels are remembered. For people who may manage the server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotUnderstood, PermissionsMissing, names
from bot.features.library._duplicates import DuplicatesView
from bot.features.library._feedback import describe_feedback
from bot.features.library._indexer import Outcome
from bot.features.library._keeper import Keeper
from bot.features.library._ledger import Entry
from bot.features.library._status import (
    NO_CONTENT,
    describe,
    describe_outcome,
    fraction_read,
    gather_status,
)
from bot.outdated import outdated_models
from bot.resources import Resources
from bot.ui import Notice, ProgressMessage, Tone
from bot.viewers import OneViewer
from bot.visibility import Readable

READING = discord.Permissions(view_channel=True, read_message_history=True)
WRITING = discord.Permissions(view_channel=True, send_messages=True)

WatchableChannel = (
    discord.TextChannel
    | discord.VoiceChannel
    | discord.StageChannel
    | discord.ForumChannel
    | discord.Thread
)


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class LibraryCog(
    commands.GroupCog, group_name="library", group_description="Which channels I remember"
):
    """The commands of `/library`."""

    def __init__(self, keeper: Keeper, resources: Resources) -> None:
        self._keeper = keeper
        self._resources = resources

    @app_commands.command(description="Remember what is posted in a channel from now on")
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.describe(channel="The channel; this one when left out")
    async def watch(
        self, interaction: discord.Interaction, channel: WatchableChannel | None = None
    ) -> None:
        """Starts remembering."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        target = _target(interaction, channel)
        require(target, READING)
        await self._keeper.watch(target)
        backfill = self._resources.mentions.of("library backfill")
        text = (
            f"From now on I remember pictures, messages and documents posted in {target.mention} "
            f"and its public threads. What is older comes with {backfill}."
        )
        if not self._resources.sees_content:
            text = f"{text}\n{NO_CONTENT}"
        await interaction.edit_original_response(view=Notice(text, Tone.GOOD))

    @app_commands.command(description="Remember nothing more of a channel")
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.describe(
        channel="The channel; this one when left out",
        forget="Also delete what I remember of it",
    )
    async def unwatch(
        self,
        interaction: discord.Interaction,
        channel: WatchableChannel | None = None,
        forget: bool = False,
    ) -> None:
        """Stops remembering."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        target = _target(interaction, channel)
        gone = await self._keeper.unwatch(target, forget=forget, asked_by=interaction.user.id)
        kept = f"I deleted {gone} items of it." if forget else "What I have of it can be searched."
        await interaction.edit_original_response(
            view=Notice(f"I remember nothing more of {target.mention}. {kept}", Tone.GOOD)
        )

    @app_commands.command(description="Remember what was posted in a channel before")
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.describe(channel="The channel; this one when left out")
    async def backfill(
        self, interaction: discord.Interaction, channel: WatchableChannel | None = None
    ) -> None:
        """Reads a channel's history, and shows how far it has come in a message of its own."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        target, here = _target(interaction, channel), _target(interaction, None)
        require(target, READING)
        require(here, WRITING)
        if not self._resources.sees_content:
            raise PermissionsMissing(NO_CONTENT)
        await self._keeper.ledger.load(target.guild.id)
        if self._keeper.ledger.watching(target) is None:
            watch = self._resources.mentions.of("library watch")
            raise NotUnderstood(
                f"{target.mention} is not remembered yet, so I read nothing. Start with {watch}."
            )
        entries = await self._keeper.read_from_the_beginning(target)
        progress = await ProgressMessage.post(_writable(here), f"Reading #{target.name}")
        self._resources.tasks.start(
            self._report(entries, progress), name=f"progress of {target.id}"
        )
        await interaction.edit_original_response(
            view=Notice(
                f"I am reading {target.mention}, and report in the message below. "
                "If I am restarted meanwhile, I go on where I stopped.",
                Tone.GOOD,
            )
        )

    @app_commands.command(description="What is remembered, by channel")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def status(self, interaction: discord.Interaction) -> None:
        """Shows counts, what is pending, and the state of each channel the asker can read."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        here = _target(interaction, None)
        viewer = OneViewer.of(interaction, self._resources.directory)
        await self._keeper.ledger.load(here.guild.id)
        entries = {entry.channel_id: entry for entry in self._keeper.ledger.entries(here.guild.id)}
        readable = await viewer.readable(entries)
        totals, counts = await gather_status(self._resources.engine, str(here.guild.id))
        text = describe(
            totals,
            counts,
            [entries[each.id] for each in readable],
            waiting=self._keeper.pending,
            refused=self._tally(entries.values()).refused,
            sees_content=self._resources.sees_content,
            outdated=await outdated_models(self._resources.engine, str(here.guild.id)),
        )
        await interaction.edit_original_response(view=Notice(text))

    @app_commands.command(description="How helpful hits were, by kind and channel")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def feedback(self, interaction: discord.Interaction) -> None:
        """Counts judgements of hits, in the channels the asker can read."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        viewer = OneViewer.of(interaction, self._resources.directory)
        counts = (await self._resources.engine.feedback(str(viewer.guild.id))).counts
        readable = await viewer.readable({int(count.channel_id) for count in counts})
        text = describe_feedback(counts, readable)
        await interaction.edit_original_response(view=Notice(text))

    @app_commands.command(description="What was posted more than once: where, when and by whom")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def duplicates(self, interaction: discord.Interaction) -> None:
        """Shows reposts in the channels the asker can read, page by page."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        viewer = OneViewer.of(interaction, self._resources.directory)
        view = DuplicatesView(viewer, self._resources, owner_id=interaction.user.id)
        await view.show(interaction)

    async def _report(self, entries: list[Entry], progress: ProgressMessage) -> None:
        before = self._tally(entries)
        while not all(entry.mark.settled or not entry.watched for entry in entries):
            await asyncio.sleep(self._resources.settings.progress_every_s)
            await progress.update(
                min(fraction_read(entries), 0.99), describe_outcome(self._since(before, entries))
            )
        stopped = not all(entry.watched for entry in entries)
        outcome = describe_outcome(self._since(before, entries))
        await progress.finish(
            f"Stopped: {outcome}." if stopped else f"Done: {outcome}.", good=not stopped
        )

    def _tally(self, entries: Iterable[Entry]) -> Outcome:
        return sum((self._keeper.tally[entry.channel_id] for entry in entries), Outcome())

    def _since(self, before: Outcome, entries: list[Entry]) -> Outcome:
        return self._tally(entries) - before


def require(channel: Readable, needed: discord.Permissions) -> None:
    """Names what the bot lacks in a channel.

    Raises:
        PermissionsMissing: a permission is missing; nothing was changed.
    """
    if isinstance(channel, discord.VoiceChannel | discord.StageChannel):
        needed = needed | discord.Permissions(connect=True)
    has = channel.permissions_for(channel.guild.me)
    missing = [name for name, value in needed if value and not getattr(has, name)]
    if missing:
        raise PermissionsMissing(
            f"In {channel.mention} I lack the permission {names(missing)}. Nothing was changed. "
            "Grant it to my role there (Edit Channel → Permissions) and try again."
        )


def _target(interaction: discord.Interaction, channel: Readable | None) -> Readable:
    chosen = channel or interaction.channel
    if not isinstance(chosen, Readable):
        raise app_commands.NoPrivateMessage
    return chosen


def _writable(channel: Readable) -> discord.abc.Messageable:
    if isinstance(channel, discord.ForumChannel):
        raise PermissionsMissing(
            "Nobody can write in a forum itself; use this in one of its posts."
        )
    return channel
