"""The buttons and lists of a card, which answer to whatever bot runs when they are pressed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, Self, cast

import discord
from discord import ui
from discord.ext import commands

from bot.features.labels._press import CUSTOM_ID, Press
from engine.schemas import LabelSet

SESSIONS = "LabellingSessions"  # the cog's name

Control = ui.Button[ui.LayoutView] | ui.Select[ui.LayoutView]


class Sessions(Protocol):
    """What a card belongs to: the cog of that name."""

    async def start(self, interaction: discord.Interaction, labelset: LabelSet) -> None:
        """Answers a deferred interaction with the first card."""

    async def pressed(
        self, interaction: discord.Interaction, press: Press, values: Sequence[str]
    ) -> None:
        """Answers a press on a card; every failure is told to the person."""


class CardControl(ui.DynamicItem[Control], template=CUSTOM_ID):
    """A button or a list of a card."""

    def __init__(self, control: Control, press: Press) -> None:
        super().__init__(control)
        self._press = press

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003
        item: ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The control that was pressed, of a message of whatever age."""
        assert isinstance(item, ui.Button | ui.Select)
        return cls(item, Press.of(match))

    async def callback(self, interaction: discord.Interaction, /) -> None:
        """Hands the press on."""
        values = self.item.values if isinstance(self.item, ui.Select) else ()
        await sessions_of(interaction).pressed(interaction, self._press, values)


def sessions_of(interaction: discord.Interaction) -> Sessions:
    """The sessions of the bot that runs now."""
    assert isinstance(interaction.client, commands.Bot)
    sessions: Any = interaction.client.get_cog(SESSIONS)
    return cast("Sessions", sessions)


def button(
    press: Press,
    label: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    emoji: str | None = None,
    disabled: bool = False,
) -> CardControl:
    """A button; its label is one that fits."""
    made: ui.Button[ui.LayoutView] = ui.Button(
        custom_id=press.custom_id, label=label, style=style, emoji=emoji, disabled=disabled
    )
    return CardControl(made, press)


def choice_list(
    press: Press, options: Sequence[discord.SelectOption], placeholder: str
) -> CardControl:
    """A list to choose one entry of."""
    made: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=press.custom_id, options=list(options), placeholder=placeholder
    )
    return CardControl(made, press)
