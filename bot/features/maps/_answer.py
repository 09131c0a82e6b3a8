"""A map as an answer: its picture, what it shows in words, and the way to its page."""

from __future__ import annotations

import io

import discord
from discord import ui

from bot.features.maps._drawing import DrawnMap
from bot.quote import escape
from bot.ui import Tone

PICTURE = "map.png"
DESCRIPTION = "Items near each other where they are alike, with the names of groups"
ABOUT_THE_PAGE = (
    "-# The page shows what you may read, to whoever has its address, for an hour: keep the "
    "address to yourself."
)


class MapAnswer(ui.LayoutView):
    """Shows a map to the person who asked."""

    def __init__(self, drawn: DrawnMap) -> None:
        super().__init__(timeout=None)
        self._picture = drawn.picture
        frame: ui.Container[MapAnswer] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(escape(drawn.map.sentence)))
        gallery: ui.MediaGallery[MapAnswer] = ui.MediaGallery()
        gallery.add_item(media=f"attachment://{PICTURE}", description=DESCRIPTION)
        frame.add_item(gallery)
        if drawn.map.page.startswith(("https://", "http://")):
            link: ui.Button[MapAnswer] = ui.Button(label="Look around in it", url=drawn.map.page)
            frame.add_item(ui.ActionRow(link))
            frame.add_item(ui.TextDisplay(ABOUT_THE_PAGE))
        self.add_item(frame)

    async def show(self, interaction: discord.Interaction) -> None:
        """Shows it as the answer to a deferred interaction."""
        file = discord.File(io.BytesIO(self._picture), filename=PICTURE)
        await interaction.edit_original_response(view=self, attachments=[file])
