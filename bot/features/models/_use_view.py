"""`/models use`: says what will happen, and does it when somebody says so."""

from __future__ import annotations

import discord
from discord import ui

from bot.errors import PermissionsMissing
from bot.features.models._models import Models
from bot.features.models._take_over import report
from bot.features.models._words import describe_use, named
from bot.reporting import reporting_channel
from bot.ui import ActionButton, Notice, OwnedView, Tone
from engine.schemas import ModelCard


class UseView(OwnedView):
    """What using a model means, with a button that does it.

    Args:
        card: of the model.
        models: has it take over.
    """

    def __init__(self, owner_id: int, card: ModelCard, models: Models) -> None:
        resources = models.resources
        super().__init__(owner_id, resources.live_views)
        self._card = card
        self._models = models
        tone = Tone.SORRY if card.retrain_reason else Tone.PLAIN
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(tone))
        rollback = resources.mentions.of("models rollback")
        frame.add_item(ui.TextDisplay(describe_use(card, rollback)))
        row: ui.ActionRow[OwnedView] = ui.ActionRow()
        row.add_item(
            ActionButton(
                self._use,
                custom_id=self.custom_id("use"),
                label="Use it",
                style=discord.ButtonStyle.primary,
            )
        )
        row.add_item(ActionButton(self._leave, custom_id=self.custom_id("leave"), label="Leave it"))
        frame.add_item(row)
        self.add_item(frame)

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws it as the answer to a deferred command."""
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)

    async def _use(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        channel = reporting_channel(interaction, "choose a model", "changed nothing")
        await self._models.use(interaction, self._card)
        self.finish()
        try:
            await report(self._card, channel, self._models.resources)
        except discord.HTTPException as failure:
            models = self._models.resources.mentions.of("models list")
            raise PermissionsMissing(
                f"{named(self._card)} is taking over, but Discord does not let me report here. "
                f"{models} shows how far it is."
            ) from failure
        text = f"{named(self._card)} is taking over; I report in the message below."
        await interaction.edit_original_response(view=Notice(text, Tone.GOOD))

    async def _leave(self, interaction: discord.Interaction) -> None:
        self.finish()
        await interaction.response.edit_message(view=Notice("I changed nothing."))
