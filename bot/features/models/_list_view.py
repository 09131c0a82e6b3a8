"""`/models list`: what searches, what was trained, and each one's report card."""

from __future__ import annotations

import discord
from discord import ui

from bot.features.models._models import Known, Models
from bot.features.models._words import (
    describe_card,
    describe_line,
    describe_serving,
    describe_take_over,
    unnamed,
)
from bot.quote import shortened
from bot.ui import MAX_TEXT_CHARS, ActionButton, ActionSelect, OwnedView, Tone
from engine.schemas import ModelCard

MOST_LINES = 12
OPTION_CHARS = 100


class ListView(OwnedView):
    """The models somebody may know of, or the card of one of them; ephemeral.

    Args:
        models: says afresh at each click what they may know of.
    """

    def __init__(self, owner_id: int, models: Models) -> None:
        super().__init__(owner_id, models.resources.live_views)
        self._models = models

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws the list as the answer to a deferred interaction."""
        known = await self._models.known_to(interaction.user)
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(self._list(known)))
        if known.cards:
            frame.add_item(ui.ActionRow(self._select(known)))
        if known.reindex is not None and known.reindex.under_way:
            stop = ActionButton(
                self._stop,
                custom_id=self.custom_id("stop"),
                label="Stop it taking over",
                style=discord.ButtonStyle.danger,
            )
            frame.add_item(ui.ActionRow(stop))
        await self._show(interaction, frame)

    def _list(self, known: Known) -> str:
        lines = ["### What searches now"]
        for each in known.serving:
            before = known.card(each.previous_id)
            lines.append(describe_serving(each, known.card(each.model_id), before))
        if known.reindex is not None and known.reindex.under_way:
            lines.append(describe_take_over(known.reindex, known.card(known.reindex.model_id)))
        lines.append("### Trained here")
        lines += [describe_line(each) for each in known.cards[:MOST_LINES]]
        if not known.cards:
            start = self._models.resources.mentions.of("train start")
            lines.append(f"None yet: each {start} that succeeds leaves one.")
        return "\n".join(lines)[:MAX_TEXT_CHARS]

    def _select(self, known: Known) -> ActionSelect:
        options = [
            discord.SelectOption(
                label=shortened(unnamed(each), OPTION_CHARS),
                value=each.model_id,
                description=shortened(each.verdict, OPTION_CHARS) or None,
            )
            for each in known.cards
        ]
        return ActionSelect(
            self._open, options, custom_id=self.custom_id("open"), placeholder="Open a report card"
        )

    async def _open(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer()
        card = (await self._models.known_to(interaction.user)).card(values[0])
        if card is None:
            await self.show(interaction)
        else:
            await self._show_card(interaction, card)

    async def _show_card(self, interaction: discord.Interaction, card: ModelCard) -> None:
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(describe_card(card)))
        back = ActionButton(self._back, custom_id=self.custom_id("back"), label="All models")
        frame.add_item(ui.ActionRow(back))
        await self._show(interaction, frame)

    async def _back(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self.show(interaction)

    async def _stop(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await self._models.stop(interaction.user)
        await self.show(interaction)

    async def _show(self, interaction: discord.Interaction, frame: ui.Container[OwnedView]) -> None:
        self.clear_items()
        self.add_item(frame)
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)
