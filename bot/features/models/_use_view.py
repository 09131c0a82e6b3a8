"""`/models use`: says what will happen, and does it when somebody says so."""

from __future__ import annotations

import discord

from bot.errors import PermissionsMissing
from bot.features.models._models import Models
from bot.features.models._take_over import report
from bot.features.models._words import describe_use, named
from bot.reporting import reporting_channel
from bot.ui import Confirmation, Notice, Tone
from engine.schemas import ModelCard


class UseView(Confirmation):
    """What using a model means, with a button that does it.

    Args:
        card: of the model.
        models: has it take over.
    """

    def __init__(self, owner_id: int, card: ModelCard, models: Models) -> None:
        resources = models.resources
        super().__init__(
            owner_id,
            resources.live_views,
            describe_use(card, resources.mentions.of("models rollback")),
            do="Use it",
            leave="Leave it",
            left="I changed nothing.",
            tone=Tone.SORRY if card.retrain_reason else Tone.PLAIN,
        )
        self._card = card
        self._models = models

    async def act(self, interaction: discord.Interaction) -> None:
        """Has the model take over, and reports on that in the channel."""
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
