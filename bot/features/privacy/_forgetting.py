"""Deleting everything of a person, after asking once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import discord

from bot.errors import BotError, EngineUnavailable
from bot.features.privacy._person import Asker
from bot.ui import Confirmation, Notice, Tone
from engine.client import EngineCallFailed

DELETING = "I am deleting what I have of you. With many thousand items this takes a minute."


class ForgetView(Confirmation):
    """A warning, and a button that deletes everything of its owner."""

    def __init__(self, asker: Asker, warning: str) -> None:
        super().__init__(
            asker.member.id,
            asker.resources.live_views,
            warning,
            do="Delete everything of mine",
            leave="Keep it",
            left="I deleted nothing.",
            tone=Tone.SORRY,
            style=discord.ButtonStyle.danger,
        )
        self._asker = asker

    async def act(self, interaction: discord.Interaction) -> None:
        """Deletes, and says what is gone and what stays."""
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
