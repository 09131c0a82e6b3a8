"""Asking once more before something is done."""

from __future__ import annotations

import discord
from discord import ui

from bot.ui.notice import Notice, Tone
from bot.ui.owned import ActionButton, LiveViews, OwnedView


class Confirmation(OwnedView):
    """What would happen, a button that does it, and one that leaves everything as it is.

    Args:
        text: what would happen.
        do: on the button that does it.
        leave: on the other one.
        left: what is said when that was pressed.
        tone: of the frame.
        style: of the button that does it.
    """

    def __init__(
        self,
        owner_id: int,
        live_views: LiveViews,
        text: str,
        *,
        do: str,
        leave: str,
        left: str,
        tone: Tone = Tone.PLAIN,
        style: discord.ButtonStyle = discord.ButtonStyle.primary,
    ) -> None:
        super().__init__(owner_id, live_views)
        self._left = left
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(tone))
        frame.add_item(ui.TextDisplay(text))
        row: ui.ActionRow[OwnedView] = ui.ActionRow()
        row.add_item(ActionButton(self.act, custom_id=self.custom_id("do"), label=do, style=style))
        row.add_item(ActionButton(self._leave, custom_id=self.custom_id("leave"), label=leave))
        frame.add_item(row)
        self.add_item(frame)

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws it as the answer to a deferred command."""
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)

    async def act(self, interaction: discord.Interaction) -> None:
        """Does it; each kind of confirmation its own."""
        raise NotImplementedError

    async def _leave(self, interaction: discord.Interaction) -> None:
        self.finish()
        await interaction.response.edit_message(view=Notice(self._left))
