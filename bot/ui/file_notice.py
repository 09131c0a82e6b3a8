"""A short text in a coloured frame, with a file to take."""

from __future__ import annotations

import discord
from discord import ui

from bot.ui.notice import Tone


class FileNotice(ui.LayoutView):
    """A text and a file; the file has to be sent along as an attachment."""

    def __init__(self, text: str, file: discord.File, tone: Tone = Tone.GOOD) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Container(ui.TextDisplay(text), ui.File(file), accent_colour=int(tone)))
