"""`/settings`: for people who may manage the server."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.resources import Resources
from bot.ui import Notice, Tone
from engine.schemas import Retention, RetentionUpdate


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


def describe_retention(retention: Retention) -> str:
    """What the limit means for posts."""
    if retention.days is None:
        return "I keep what is posted in watched channels until it is deleted."
    return (
        f"I keep what is posted for **{retention.days}** days. What is older disappears from my "
        "memory within some minutes, in Discord it stays; reading channels again does not bring "
        "it back."
    )
