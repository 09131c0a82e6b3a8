"""The message menu **Label**."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotUnderstood
from bot.features.labels._label_view import choose
from bot.features.labels._labelling import Labelling
from bot.features.labels._targets import Target
from engine.schemas import LabelMethod


class LabelMenu(commands.Cog):
    """Labels what a message holds, picture by picture and text by text."""

    def __init__(self, bot: commands.Bot, labelling: Labelling) -> None:
        self._bot = bot
        self._labelling = labelling
        self._menu = app_commands.ContextMenu(name="Label", callback=self.label)

    async def cog_load(self) -> None:
        """Registers the menu, which a cog cannot declare."""
        self._menu.guild_only = True
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Takes the menu away again."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    async def label(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Labels what is remembered of the message the menu was opened on."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        stored = self._labelling.resources.engine.items(
            str(interaction.guild_id),
            channel_id=str(message.channel.id),
            message_id=str(message.id),
        )
        items = [item async for item in stored]
        if not items:
            raise NotUnderstood(
                "I remember nothing of that message, so it cannot be labelled: its channel is not "
                "remembered, or it holds neither a picture nor text."
            )
        items.sort(key=lambda item: int(item.place.attachment_id or 0))
        targets = [Target.of_item(item) for item in items]
        await choose(interaction, targets, self._labelling, method=LabelMethod.MENU)
