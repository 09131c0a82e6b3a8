"""Posts a hit for everybody in a channel, after checking that everybody there may see it."""

from __future__ import annotations

import io

import discord
from discord import ui

from bot.errors import NotForYou
from bot.features.search._cards import Card, describe
from bot.features.search._dealing import deal
from bot.features.search._finding import only_visible, places
from bot.places import jump_url
from bot.resources import Resources
from bot.ui import Notice, Tone
from bot.viewers import EverybodyIn
from bot.visibility import Readable
from engine.schemas import Hit


async def share(interaction: discord.Interaction, hit: Hit, resources: Resources) -> None:
    """Posts a hit in the channel of the interaction, and tells the person what was withheld.

    Raises:
        NotForYou: not everybody here may see it, it is gone, or the person may not write here.
    """
    await interaction.response.defer()
    channel = interaction.channel
    if not isinstance(channel, Readable) or not _may_write(interaction):
        raise NotForYou("You may not write in this channel, so I shared nothing.")
    shown = await only_visible([hit], EverybodyIn(channel, resources.directory))
    if not shown:
        raise NotForYou(
            f"I withheld this: not everybody who can see {channel.mention} may read "
            f"<#{hit.place.channel_id}>, where it was posted. Nothing was shared; "
            "share it in a channel with the same audience instead."
        )
    cards = await deal(shown, resources.engine)
    if not cards:
        raise NotForYou("This has been deleted in the meantime, so I shared nothing.")
    card = cards[0]
    await interaction.followup.send(view=_SharedHit(card, interaction.user), files=files([card]))
    await interaction.followup.send(
        view=Notice(_receipt(channel, hit, shown[0]), Tone.GOOD), ephemeral=True
    )


def files(cards: list[Card]) -> list[discord.File]:
    """The thumbnails of cards as attachments."""
    return [
        discord.File(io.BytesIO(card.thumbnail), filename=card.filename)
        for card in cards
        if card.thumbnail is not None
    ]


class _SharedHit(ui.LayoutView):
    """A hit as everybody sees it: the picture large, its facts, and the way to the message."""

    def __init__(self, card: Card, sharer: discord.abc.User) -> None:
        super().__init__(timeout=None)
        frame: ui.Container[ui.LayoutView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(f"{sharer.mention} shared something Magpie found"))
        if card.thumbnail is not None:
            gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
            gallery.add_item(media=f"attachment://{card.filename}")
            frame.add_item(gallery)
        frame.add_item(ui.TextDisplay(describe(card)))
        jump: ui.Button[ui.LayoutView] = ui.Button(label="Open", url=jump_url(card.hit.place))
        frame.add_item(ui.ActionRow(jump))
        self.add_item(frame)


def _may_write(interaction: discord.Interaction) -> bool:
    if isinstance(interaction.channel, discord.Thread):
        return interaction.permissions.send_messages_in_threads
    return interaction.permissions.send_messages


def _receipt(channel: Readable, hit: Hit, shown: Hit) -> str:
    withheld = len(places(hit)) - len(shown.places)
    receipt = f"Shared in {channel.mention}."
    if withheld:
        receipt += (
            f" I withheld {withheld} other place{'s' if withheld > 1 else ''} of it, "
            "which not everybody here may read."
        )
    return receipt
