"""Deleting everything of a person, after asking once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import discord
from discord import ui

from bot.errors import BotError, EngineUnavailable
from bot.features.privacy._person import Asker
from bot.ui import ActionButton, Notice, OwnedView, Tone
from engine.client import EngineCallFailed

DELETING = "I am deleting what I have of you. With many thousand items this takes a minute."


class ForgetView(OwnedView):
    """A warning, and a button that deletes everything of its owner."""

    def __init__(self, asker: Asker, warning: str) -> None:
        super().__init__(asker.member.id, asker.resources.live_views)
        self._asker = asker
        frame: ui.Container[OwnedView] = ui.Container(accent_colour=int(Tone.SORRY))
        frame.add_item(ui.TextDisplay(warning))
        row: ui.ActionRow[OwnedView] = ui.ActionRow()
        row.add_item(
            ActionButton(
                self._forget,
                custom_id=self.custom_id("forget"),
                label="Delete everything of mine",
                style=discord.ButtonStyle.danger,
            )
        )
        row.add_item(ActionButton(self._keep, custom_id=self.custom_id("keep"), label="Keep it"))
        frame.add_item(row)
        self.add_item(frame)

    async def show(self, interaction: discord.Interaction) -> None:
        """Draws it as the answer to a deferred command."""
        self.redraw = lambda view: interaction.edit_original_response(view=view)
        await self.redraw(self)

    async def _forget(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Notice(DELETING))
        self.finish()
        command = self._asker.mention_of("forget-me")
        try:
            with saying_what_is_left("Not everything is deleted.", command):
                count = await self._asker.forget()
        except BotError as error:
            await interaction.edit_original_response(view=Notice(str(error), Tone.SORRY))
            return
        text = _receipt(count, self._asker.mention_of("opt-out"))
        await interaction.edit_original_response(view=Notice(text, Tone.GOOD))

    async def _keep(self, interaction: discord.Interaction) -> None:
        self.finish()
        await interaction.response.edit_message(view=Notice("I deleted nothing."))


@contextmanager
def saying_what_is_left(state: str, command: str) -> Iterator[None]:
    """Says after a failed call to the engine how things are, and that asking again helps.

    Raises:
        EngineUnavailable: the engine cannot do it now.
    """
    try:
        yield
    except EngineCallFailed as failure:
        raise EngineUnavailable(
            f"{state} {failure}\nUse {command} again then; asking twice does no harm."
        ) from failure


def _receipt(count: int, opt_out: str) -> str:
    return (
        f"Done. **{count}** items of yours are deleted, with their originals, thumbnails and "
        "vectors, the labels they had and those you gave, your judgements of hits, and what you "
        "said about training. What you posted until now is not remembered again; what you post "
        f"from now on is, unless you use {opt_out}.\n"
        "-# Three things stay: that you asked for this and when, without content; the same picture "
        "where somebody else posted it; and what people have shown in a channel with **Share**, "
        "which is a message there like any other."
    )
