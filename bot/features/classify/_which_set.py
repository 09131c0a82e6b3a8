"""Asks by which label set something is to be classified."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import discord
from discord import ui

from bot.quote import shortened
from bot.resources import Resources
from bot.ui import ActionSelect, OwnedView, Tone
from engine.schemas import LabelSet

MOST_OPTIONS = 25
OPTION_CHARS = 100

Ask = Callable[[discord.Interaction, LabelSet], Awaitable[None]]


class WhichSet(OwnedView):
    """A list of label sets.

    Args:
        sets: to choose from.
        ask: goes on with the chosen one, as the answer to a deferred interaction.
    """

    def __init__(
        self, sets: Sequence[LabelSet], ask: Ask, resources: Resources, *, owner_id: int
    ) -> None:
        super().__init__(owner_id, resources.live_views)
        self._sets = {each.labelset_id: each for each in sets[:MOST_OPTIONS]}
        self._ask = ask
        options = [
            discord.SelectOption(
                label=each.name,
                value=each.labelset_id,
                description=shortened(each.description, OPTION_CHARS) or None,
            )
            for each in self._sets.values()
        ]
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay("### By which label set?"))
        select = ActionSelect(
            self._choose, options, custom_id=self.custom_id("set"), placeholder="Label set"
        )
        frame.add_item(ui.ActionRow(select))
        self.add_item(frame)

    async def _choose(self, interaction: discord.Interaction, values: list[str]) -> None:
        await interaction.response.defer()
        self.finish()
        await self._ask(interaction, self._sets[values[0]])
