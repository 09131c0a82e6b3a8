"""`/map`."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.labels import Labelling
from bot.features.maps._answer import MapAnswer
from bot.features.maps._drawing import Wanted, draw
from bot.features.maps._trained import TrainedModels
from bot.tasks import with_notice
from bot.ui import Notice
from bot.viewers import OneViewer
from engine.schemas import ItemKind

KINDS = {"pictures": ItemKind.IMAGE, "messages": ItemKind.TEXT}
GIVE_UP_AFTER_S = 600.0
"""An answer can be changed for 900 seconds."""

Suggestions = list[app_commands.Choice[str]]


class MapCog(commands.Cog):
    """Seeing at a glance what there is, and what a model makes of it."""

    def __init__(self, labelling: Labelling) -> None:
        self._labelling = labelling
        self._resources = labelling.resources
        self._trained = TrainedModels(labelling)

    @app_commands.command(
        name="map", description="A map of what you may read: alike things lie close together"
    )
    @app_commands.guild_only()
    @app_commands.rename(labelset="set")
    @app_commands.describe(
        kind="Pictures, or messages and documents",
        labelset="A label set that gives the colours",
        model="A trained model, to be seen beside the one that searches",
    )
    async def draw_map(
        self,
        interaction: discord.Interaction,
        kind: Literal["pictures", "messages"] | None = None,
        labelset: app_commands.Range[str, 1, 100] | None = None,
        model: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Draws a map for the person alone."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        viewer = OneViewer.of(interaction, self._resources.directory)
        wanted = await self._wanted(viewer.member, kind, labelset, model)

        async def say_that_it_takes_time() -> None:
            notice = Notice("I am drawing the map. A thousand items take up to a minute.")
            await interaction.edit_original_response(view=notice)

        drawn = await with_notice(
            draw(wanted, viewer, self._resources),
            notice_after_s=self._resources.settings.slow_notice_s,
            notify=say_that_it_takes_time,
            give_up_after_s=GIVE_UP_AFTER_S,
        )
        await MapAnswer(drawn).show(interaction)

    @draw_map.autocomplete("labelset")
    async def _suggest_sets(self, interaction: discord.Interaction, typed: str) -> Suggestions:
        """The sets the person may know of."""
        return await self._labelling.sets.suggest(interaction.user, typed)

    @draw_map.autocomplete("model")
    async def _suggest_models(self, interaction: discord.Interaction, typed: str) -> Suggestions:
        """The models that a map can be drawn by."""
        return await self._trained.suggest(interaction.user, typed)

    async def _wanted(
        self, member: discord.Member, kind: str | None, labelset: str | None, model: str | None
    ) -> Wanted:
        """What was asked for; left out, the kind is that of the set or the model."""
        chosen = await self._labelling.sets.named(member, labelset) if labelset else None
        card = await self._trained.named(member, model) if model else None
        implied = chosen.kind if chosen else card.kind if card else ItemKind.IMAGE
        return Wanted(KINDS[kind] if kind else implied, chosen, card)
