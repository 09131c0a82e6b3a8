"""A form to find a class by typing, where there are too many to look through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord
from discord import ui

from bot.ui import Form

Filter = Callable[[discord.Interaction, str], Awaitable[None]]


class FilterForm(Form, title="Find a class"):
    """Asks for a part of a name.

    Args:
        apply: shows the classes with it.
        present: what they are filtered by so far.
    """

    def __init__(self, apply: Filter, present: str) -> None:
        super().__init__()
        self._apply = apply
        self._wanted: ui.TextInput[FilterForm] = ui.TextInput(
            custom_id="wanted", default=present or None, required=False, max_length=100
        )
        self.add_item(
            ui.Label(text="Part of its name", description="Empty: all", component=self._wanted)
        )

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Shows what was found."""
        await self._apply(interaction, self._wanted.value)
