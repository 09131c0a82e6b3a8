"""`/models`."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.labels import Labelling
from bot.features.models._list_view import ListView
from bot.features.models._models import Models
from bot.features.models._use_view import UseView
from bot.features.models._words import NOUN, describe_back
from bot.reporting import reporting_channel
from bot.ui import Notice, Tone
from engine.schemas import ItemKind

KINDS = {noun: kind for kind, noun in NOUN.items()}


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class ModelsCog(
    commands.GroupCog, group_name="models", group_description="What searches, and what could"
):
    """The commands of `/models`."""

    def __init__(self, labelling: Labelling) -> None:
        self._models = Models(labelling)

    @app_commands.command(name="list", description="What searches now, and what was trained here")
    async def list_models(self, interaction: discord.Interaction) -> None:
        """Lists models, each with its report card."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await ListView(interaction.user.id, self._models).show(interaction)

    @app_commands.command(description="Have a trained model search")
    @app_commands.describe(model="The model, or its label set")
    async def use(
        self, interaction: discord.Interaction, model: app_commands.Range[str, 1, 100]
    ) -> None:
        """Says what would happen, and has the model take over once that is wanted."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        card = await self._models.to_use(interaction.user, model)
        reporting_channel(interaction, "choose a model", "changed nothing")
        await UseView(interaction.user.id, card, self._models).show(interaction)

    @app_commands.command(description="Have the model search again that searched before")
    @app_commands.describe(kind="What is searched with it, where both could go back")
    async def rollback(
        self, interaction: discord.Interaction, kind: Literal["pictures", "texts"] | None = None
    ) -> None:
        """Goes back at once."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        wanted: ItemKind | None = KINDS[kind] if kind else None
        serving = await self._models.go_back(interaction.user, wanted)
        known = await self._models.known_to(interaction.user)
        text = describe_back(serving, known.card(serving.model_id))
        await interaction.edit_original_response(view=Notice(text, Tone.GOOD))

    @use.autocomplete("model")
    async def _suggest_models(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The models that may search."""
        return await self._models.suggest(interaction.user, typed)
