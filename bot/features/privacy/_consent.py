"""Asking somebody whether models may learn from what they post."""

from __future__ import annotations

from functools import partial

import discord
from discord import ui

from bot.features.privacy._overview import describe_consent
from bot.features.privacy._person import Asker
from bot.ui import ActionButton, OwnedView, Tone
from engine.schemas import Person, PersonUpdate

QUESTION = """\
### May models learn from what you post here?
When somebody labels one of your pictures or messages as an example, a model of this server may be \
trained on it: it then finds such things better for everybody here. Without your yes, nothing of \
yours is trained on, whatever anybody labels. You can change your mind at any time."""


class ConsentView(OwnedView):
    """The question, what was answered so far, and a button for each answer."""

    def __init__(self, asker: Asker, person: Person) -> None:
        super().__init__(asker.member.id, asker.resources.live_views)
        self._asker = asker
        self._draw(person)

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws it as the answer to a deferred command."""
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)

    def _draw(self, person: Person) -> None:
        self.clear_items()
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(f"{QUESTION}\n**So far** {describe_consent(person)}"))
        row: ui.ActionRow[OwnedView] = ui.ActionRow()
        for consent, label in ((True, "Yes, they may"), (False, "No")):
            chosen = person.training_consent is consent
            row.add_item(
                ActionButton(
                    partial(self._answer, consent),
                    custom_id=self.custom_id("yes" if consent else "no"),
                    label=label,
                    style=discord.ButtonStyle.success if chosen else discord.ButtonStyle.secondary,
                )
            )
        frame.add_item(row)
        self.add_item(frame)

    async def _answer(self, consent: bool, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self._draw(await self._asker.update(PersonUpdate(training_consent=consent)))
        await self.show(interaction)
