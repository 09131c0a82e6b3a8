"""Forms that pop up."""

from __future__ import annotations

import discord
from discord import ui

from bot.errors import NotUnderstood, explain
from bot.ui.notice import show_error

MOST_TYPED_CHARS = 3_000


class Form(ui.Modal):
    """A form whose failures are told to the person who filled it in."""

    @property
    def typed(self) -> str:
        """What would be a pity to type again; empty where that is nothing."""
        return ""

    async def on_error(  # type: ignore[override]  # as discord.py's own forms have it
        self, interaction: discord.Interaction, error: Exception, /
    ) -> None:
        """Shows the person what went wrong, and gives back what they typed."""
        told: Exception = explain(error)
        if typed := self.typed.replace("```", "'''")[:MOST_TYPED_CHARS]:
            told = NotUnderstood(f"{told}\nWhat you typed, to use it again:\n```\n{typed}\n```")
        await show_error(interaction, told)
