"""Views that only the person who asked for them may use, and what becomes of old ones."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.errors import Expired, NotForYou
from bot.ui.notice import show_error

log = logging.getLogger(__name__)

PREFIX = "magpie"

Redraw = Callable[[ui.LayoutView], Awaitable[object]]
Action = Callable[[discord.Interaction], Awaitable[None]]
Choice = Callable[[discord.Interaction, list[str]], Awaitable[None]]


class LiveViews:
    """Which views still work, so that the buttons of all others can be answered in words.

    The ids of a view's buttons start with ``magpie:<view id>:``. A view id lives in this process
    only; after a restart or a timeout a click carries an id that is not in here.

    Args:
        timeout_s: how long each works after the last click.
    """

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self._ids: set[str] = set()

    def open(self) -> str:
        """Makes the id of a new view."""
        view_id = secrets.token_hex(6)
        self._ids.add(view_id)
        return view_id

    def close(self, view_id: str) -> None:
        """Ends a view's life."""
        self._ids.discard(view_id)

    async def answer_if_dead(self, interaction: discord.Interaction) -> None:
        """Answers a click on a view that no longer works."""
        if interaction.type is not discord.InteractionType.component or interaction.data is None:
            return
        prefix, _, rest = str(interaction.data.get("custom_id", "")).partition(":")
        if prefix == PREFIX and rest.partition(":")[0] not in self._ids:
            await show_error(
                interaction,
                Expired(
                    "These buttons have expired: they work for a quarter of an hour, and not "
                    "across a restart of mine. Nothing is lost; please ask again."
                ),
            )


class OwnedView(ui.LayoutView):
    """A layout whose buttons answer to its owner only.

    Args:
        owner_id: the person who may use it.
        live: registry of working views.

    Attributes:
        redraw: edits the message the view is on; set when it is shown, used at the timeout.
    """

    def __init__(self, owner_id: int, live: LiveViews) -> None:
        super().__init__(timeout=live.timeout_s)
        self.owner_id = owner_id
        self.redraw: Redraw | None = None
        self._live = live
        self._view_id = live.open()

    def custom_id(self, action: str) -> str:
        """The id of this view's button for `action`."""
        return f"{PREFIX}:{self._view_id}:{action}"

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Lets only the owner through; others read why nothing happens."""
        if interaction.user.id != self.owner_id:
            raise NotForYou(
                f"These buttons belong to <@{self.owner_id}>. Ask me yourself to get your own."
            )
        return True

    async def on_error(
        self, interaction: discord.Interaction, error: Exception, _item: ui.Item[Any], /
    ) -> None:
        """Shows the person what went wrong."""
        await show_error(interaction, error)

    def finish(self) -> None:
        """Ends its life before the timeout: something without its buttons takes its place."""
        self._live.close(self._view_id)
        self.stop()

    async def on_timeout(self) -> None:
        """Greys the buttons out where the message can still be changed."""
        self._live.close(self._view_id)
        for item in self.walk_children():
            if isinstance(item, ui.Select) or (isinstance(item, ui.Button) and item.url is None):
                item.disabled = True
        if self.redraw is not None:
            try:
                await self.redraw(self)
            except discord.HTTPException as failure:
                log.info("An expired view could not be greyed out: %s", failure)


class ActionButton(ui.Button[OwnedView]):
    """A button that does one thing."""

    def __init__(
        self,
        action: Action,
        *,
        custom_id: str,
        label: str,
        emoji: str | None = None,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
        disabled: bool = False,
    ) -> None:
        super().__init__(
            custom_id=custom_id, label=label, emoji=emoji, style=style, disabled=disabled
        )
        self._action = action

    async def callback(self, interaction: discord.Interaction, /) -> None:
        """Does it."""
        await self._action(interaction)


class ActionSelect(ui.Select[OwnedView]):
    """A list that does one thing with what is chosen in it."""

    def __init__(
        self,
        choice: Choice,
        options: list[discord.SelectOption],
        *,
        custom_id: str,
        placeholder: str,
        min_values: int = 1,
        max_values: int = 1,
    ) -> None:
        super().__init__(
            custom_id=custom_id,
            placeholder=placeholder,
            options=options,
            min_values=min_values,
            max_values=max_values,
        )
        self._choice = choice

    async def callback(self, interaction: discord.Interaction, /) -> None:
        """Does it."""
        await self._choice(interaction, self.values)
