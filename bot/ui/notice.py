"""A short text in a coloured frame, and the one way errors reach a person.

Every answer of the bot is a Components V2 message, because a message cannot be turned from one
kind into the other by an edit: a "please wait" must be able to become a gallery, or an error.
"""

from __future__ import annotations

import logging
from enum import IntEnum

import discord
from discord import ui

from bot.errors import explain

log = logging.getLogger(__name__)

MAX_TEXT_CHARS = 4000  # all text displays of a message together

UNKNOWN_INTERACTION = 10062
UNKNOWN_WEBHOOK = 10015
INVALID_WEBHOOK_TOKEN = 50027
TOO_LATE = frozenset({UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK, INVALID_WEBHOOK_TOKEN})


class Tone(IntEnum):
    """Colours of frames."""

    PLAIN = 0x5B6EE1
    GOOD = 0x3BA55D
    SORRY = 0xE8A33D


class Notice(ui.LayoutView):
    """A text in a frame, without buttons."""

    def __init__(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        super().__init__(timeout=None)
        shown = text if len(text) <= MAX_TEXT_CHARS else f"{text[: MAX_TEXT_CHARS - 1]}…"
        self.add_item(ui.Container(ui.TextDisplay(shown), accent_colour=int(tone)))


async def show_error(interaction: discord.Interaction, error: BaseException) -> None:
    """Tells the person who used a command or a button what went wrong; only they see it."""
    notice = Notice(str(explain(error)), Tone.SORRY)
    response = interaction.response
    try:
        if not response.is_done():
            await response.send_message(view=notice, ephemeral=True)
        elif response.type is discord.InteractionResponseType.deferred_channel_message:
            await interaction.edit_original_response(view=notice, attachments=[])
        else:
            await interaction.followup.send(view=notice, ephemeral=True)
    except discord.HTTPException as failure:
        if failure.code not in TOO_LATE:
            raise
        log.warning("Too late to tell a person: %s", error)
