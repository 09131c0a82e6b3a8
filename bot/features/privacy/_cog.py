"""`/privacy`: what is stored about me, what I want done with it, and for admins the audit."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.privacy._audit import AuditView
from bot.features.privacy._consent import ConsentView
from bot.features.privacy._forgetting import ForgetView, saying_what_is_left
from bot.features.privacy._overview import describe, largest_channels
from bot.features.privacy._person import Asker
from bot.resources import Resources
from bot.ui import Notice, Tone
from bot.viewers import OneViewer
from engine.schemas import PersonUpdate


@app_commands.guild_only()
class PrivacyCog(
    commands.GroupCog, group_name="privacy", group_description="What I store about you"
):
    """The commands of `/privacy`."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    @app_commands.command(description="What I store about you in this server")
    async def show(self, interaction: discord.Interaction) -> None:
        """Counts what is stored, by channel where the asker may read it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        asker = Asker.of(interaction, self._resources)
        person = await asker.stored()
        viewer = OneViewer(asker.member, interaction.channel, self._resources.directory)
        readable = await viewer.readable(largest_channels(person))
        await interaction.edit_original_response(
            view=Notice(describe(person, readable, self._resources.mentions))
        )

    @app_commands.command(description="Say whether models may learn from what you post")
    async def consent(self, interaction: discord.Interaction) -> None:
        """Shows what was said so far, with a button for yes and one for no."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        asker = Asker.of(interaction, self._resources)
        await ConsentView(asker, await asker.stored()).show(interaction)

    @app_commands.command(name="opt-out", description="Have me remember nothing more of you")
    @app_commands.describe(state="on: I remember nothing you post. off: I do so again")
    async def opt_out(
        self, interaction: discord.Interaction, state: Literal["on", "off"] = "on"
    ) -> None:
        """Stops or resumes remembering; offers to delete what is there."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        asker = Asker.of(interaction, self._resources)
        with saying_what_is_left("Nothing was changed.", asker.mention_of("opt-out")):
            person = await asker.update(PersonUpdate(opted_out=state == "on"))
        if not person.opted_out:
            text = "From now on I remember what you post in watched channels."
            await interaction.edit_original_response(view=Notice(text, Tone.GOOD))
            return
        text = "From now on I remember nothing you post in this server, and learn from nothing."
        if person.stored:
            text = f"{text} What I have of you from before can still be found."
            await ForgetView(asker, text).show(interaction)
        else:
            text = f"{text} There is nothing of you from before."
            await interaction.edit_original_response(view=Notice(text, Tone.GOOD))

    @app_commands.command(name="forget-me", description="Delete all I store about you here")
    async def forget_me(self, interaction: discord.Interaction) -> None:
        """Asks once more, then deletes."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        asker = Asker.of(interaction, self._resources)
        with saying_what_is_left("Nothing was deleted.", asker.mention_of("forget-me")):
            person = await asker.stored()
        count = sum(each.count for each in person.stored)
        await ForgetView(
            asker,
            f"I have **{count}** items of you in this server, **{person.judgements}** of your "
            f"judgements of hits, **{person.labels}** of your labels, and what you said about "
            "training. Deleted, they are gone for good, and reading the channels again does not "
            "bring them back.",
        ).show(interaction)

    @app_commands.command(description="Who deleted, opted out or changed what; for admins")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def audit(self, interaction: discord.Interaction) -> None:
        """Shows the newest entries, with a way to older ones."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        asker = Asker.of(interaction, self._resources)
        await AuditView(asker).show(interaction)
