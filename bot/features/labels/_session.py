"""`/labels session`: one card after the other, in one message that only the labeller sees."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui
from discord.ext import commands

from bot.features.labels._answers import Answers
from bot.features.labels._card import CardView, Dealt, NothingLeft
from bot.features.labels._controls import SESSIONS, CardControl, sessions_of
from bot.features.labels._dealer import Labeller, next_card
from bot.features.labels._labelling import Labelling
from bot.features.labels._press import Press
from bot.features.labels._repeats import Repeats
from bot.tasks import with_notice
from bot.ui import show_error
from engine.schemas import LabelSet

ACKNOWLEDGE_AFTER_S = 1.5  # Discord waits 3 s; within that, one answer carries the next card


class LabellingSessions(commands.Cog, name=SESSIONS):
    """Deals cards and takes what is pressed on them.

    Nothing of a session is kept here: what a press means stands in the message, which card is open
    is known to the engine. So a session outlives restarts of both.
    """

    def __init__(self, bot: commands.Bot, labelling: Labelling) -> None:
        self._bot = bot
        self._labelling = labelling
        self._resources = labelling.resources
        self._repeats = Repeats()

    async def cog_load(self) -> None:
        """Listens to the controls of every card there is."""
        self._bot.add_dynamic_items(CardControl)

    async def cog_unload(self) -> None:
        """Listens no more."""
        self._bot.remove_dynamic_items(CardControl)

    async def start(self, interaction: discord.Interaction, labelset: LabelSet) -> None:
        """Answers a deferred interaction with the card that is open, or the next one."""
        labeller = await Labeller.of(interaction, labelset.labelset_id, self._resources)
        await self._show(interaction, await next_card(labeller, self._resources.engine))

    async def pressed(
        self, interaction: discord.Interaction, press: Press, values: Sequence[str]
    ) -> None:
        """Answers a press; every failure is told to the person."""
        message = interaction.message
        assert message is not None
        try:
            if not self._repeats.begin(message.id, press.item_id):
                await interaction.response.defer()
                return
            try:
                dealt = await self._within_time(interaction, press, values)
                await self._show(interaction, dealt)
                if dealt.item_id != press.item_id:
                    self._repeats.went_on(message.id, press.item_id)
            finally:
                self._repeats.end(message.id)
        except Exception as error:  # noqa: BLE001  edge of the event: the person must hear of it
            await show_error(interaction, error)

    async def _within_time(
        self, interaction: discord.Interaction, press: Press, values: Sequence[str]
    ) -> Dealt:
        return await with_notice(
            self._answer(interaction, press, values),
            notice_after_s=ACKNOWLEDGE_AFTER_S,
            notify=interaction.response.defer,
            give_up_after_s=self._resources.settings.search_timeout_s,
        )

    async def _answer(
        self, interaction: discord.Interaction, press: Press, values: Sequence[str]
    ) -> Dealt:
        assert interaction.message is not None
        labeller = await Labeller.of(interaction, press.labelset_id, self._resources)
        return await Answers(labeller, press, interaction.message, self._labelling).to(values)

    async def _show(self, interaction: discord.Interaction, dealt: Dealt) -> None:
        view = self._draw(dealt)
        if interaction.response.is_done():
            await interaction.edit_original_response(view=view, attachments=dealt.files)
        else:
            await interaction.response.edit_message(view=view, attachments=dealt.files)

    def _draw(self, dealt: Dealt) -> ui.LayoutView:
        if dealt.card.item is not None:
            return CardView(dealt)
        return NothingLeft(dealt, self._resources.mentions)


async def start_session(interaction: discord.Interaction, labelset: LabelSet) -> None:
    """Answers a deferred interaction with the first card of a session.

    Raises:
        NotForYou: the person may not label for the set.
    """
    await sessions_of(interaction).start(interaction, labelset)
