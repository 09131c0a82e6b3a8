"""Where an answer appears: in a deferred interaction, or as a reply in the channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import discord
from discord import ui


class Surface(Protocol):
    """Something an answer can be drawn on, again and again."""

    async def show(self, view: ui.LayoutView, files: Sequence[discord.File] = ()) -> None:
        """Replaces what is shown."""

    async def redraw(self, view: ui.LayoutView) -> None:
        """Shows a changed view with the files that are there already."""


class InteractionSurface:
    """The answer to a deferred interaction."""

    def __init__(self, interaction: discord.Interaction) -> None:
        self._interaction = interaction

    async def show(self, view: ui.LayoutView, files: Sequence[discord.File] = ()) -> None:
        """Replaces the answer."""
        await self._interaction.edit_original_response(view=view, attachments=list(files))

    async def redraw(self, view: ui.LayoutView) -> None:
        """Shows a changed view with the files that are there already."""
        await self._interaction.edit_original_response(view=view)


class ReplySurface:
    """A reply to a message, for everybody in the channel; it does not ping."""

    def __init__(self, message: discord.Message) -> None:
        self._asked = message
        self._answer: discord.Message | None = None

    async def show(self, view: ui.LayoutView, files: Sequence[discord.File] = ()) -> None:
        """Sends the reply, or replaces it."""
        if self._answer is None:
            self._answer = await self._asked.reply(
                view=view, files=list(files), mention_author=False
            )
        else:
            self._answer = await self._answer.edit(view=view, attachments=list(files))

    async def redraw(self, view: ui.LayoutView) -> None:
        """Shows a changed view with the files that are there already."""
        if self._answer is not None:
            await self._answer.edit(view=view)
