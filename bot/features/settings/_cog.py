"""`/settings`: for people who may manage the server."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.resources import Resources
from bot.ui import Notice, Tone
from engine.schemas import Retention, RetentionUpdate, Training, TrainingUpdate


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class SettingsCog(
    commands.GroupCog, group_name="settings", group_description="How I work in this server"
):
    """The commands of `/settings`."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    @app_commands.command(description="How long I keep what is posted")
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.describe(
        days="Older posts are deleted from my memory; 0 keeps them; left out shows what holds"
    )
    async def retention(
        self,
        interaction: discord.Interaction,
        days: app_commands.Range[int, 0, 36_500] | None = None,
    ) -> None:
        """Shows or sets the limit."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        engine, library_id = self._resources.engine, str(interaction.guild_id)
        if days is None:
            text = describe_retention(await engine.retention(library_id))
            await interaction.edit_original_response(view=Notice(text))
            return
        update = RetentionUpdate(days=days or None, asked_by=str(interaction.user.id))
        text = describe_retention(await engine.set_retention(library_id, update))
        await interaction.edit_original_response(view=Notice(text, Tone.GOOD))

    @app_commands.command(description="Whether models may learn from what is labelled here")
    @app_commands.checks.has_permissions(administrator=True)
    @app_commands.describe(state="on or off; left out shows what holds")
    async def training(
        self, interaction: discord.Interaction, state: Literal["on", "off"] | None = None
    ) -> None:
        """Shows or turns the switch."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        engine, library_id = self._resources.engine, str(interaction.guild_id)
        if state is None:
            text = describe_training(await engine.training(library_id))
            await interaction.edit_original_response(view=Notice(text))
            return
        update = TrainingUpdate(enabled=state == "on", asked_by=str(interaction.user.id))
        text = describe_training(await engine.set_training(library_id, update))
        await interaction.edit_original_response(view=Notice(text, Tone.GOOD))


def describe_training(training: Training) -> str:
    """What the switch means for labels and for the people whose posts they are about."""
    if not training.enabled:
        return (
            "Models learn from nothing that is labelled here. Labels are kept, and count for that "
            "as soon as this is switched on."
        )
    return (
        "Models may learn from what is labelled here, as far as the person who posted it labelled "
        "it or has agreed. Whoever has not said yet is asked once, when something of theirs is "
        "labelled; nothing else that is posted is learnt from."
    )


def describe_retention(retention: Retention) -> str:
    """What the limit means for posts."""
    if retention.days is None:
        return "I keep what is posted in watched channels until it is deleted."
    return (
        f"I keep what is posted for **{retention.days}** days. What is older disappears from my "
        "memory within some minutes, in Discord it stays; reading channels again does not bring "
        "it back."
    )
