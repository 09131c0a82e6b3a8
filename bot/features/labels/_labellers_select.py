"""The list in which the people and roles that may label for a set are chosen."""

from __future__ import annotations

import discord
from discord import ui

from bot.ui import Choice, OwnedView
from engine.schemas import LabelSet

MOST_LABELLERS = 25


class LabellersSelect(ui.MentionableSelect[OwnedView]):
    """Chooses who may label; nobody chosen means whoever may manage messages.

    Args:
        choice: takes the ids of those chosen.
        labelset: the set, of which those chosen now are shown.
        guild: where they are from.
    """

    def __init__(
        self, choice: Choice, labelset: LabelSet, guild: discord.Guild, *, custom_id: str
    ) -> None:
        super().__init__(
            custom_id=custom_id,
            placeholder="Who may label?",
            min_values=0,
            max_values=MOST_LABELLERS,
            default_values=[
                _default(int(each), guild)
                for each in labelset.labeller_ids[:MOST_LABELLERS]
                if each.isdigit()
            ],
        )
        self._choice = choice

    async def callback(self, interaction: discord.Interaction, /) -> None:
        """Hands the ids on."""
        await self._choice(interaction, [str(each.id) for each in self.values])


def _default(labeller_id: int, guild: discord.Guild) -> discord.SelectDefaultValue:
    kinds = discord.SelectDefaultValueType
    kind = kinds.role if guild.get_role(labeller_id) is not None else kinds.user
    return discord.SelectDefaultValue(id=labeller_id, type=kind)
