"""Trained models of a server, as far as somebody may know of them and switch to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord
from discord import app_commands

from bot.errors import EngineObjected, NotUnderstood
from bot.features.labels import Labelling
from bot.features.models._words import choice_name, named, unnamed
from bot.quote import escape, shortened
from bot.trainers import may_train, require_trainer
from engine.client import EngineRefused
from engine.schemas import ItemKind, ModelCard, ModelState, Reindex, ServingModel

MOST_LISTED = 25
"""As many as a select of Discord's has room for."""

MOST_NAME_CHARS = 100
SWITCHING = "change which model searches"


@dataclass(frozen=True)
class Known:
    """What somebody may know of the models of their server.

    Attributes:
        cards: of the newest models on label sets that they may know of, newest first.
        serving: what searches, one for each kind of item.
        reindex: the latest take-over, if there was one.
    """

    cards: Sequence[ModelCard]
    serving: Sequence[ServingModel]
    reindex: Reindex | None

    def card(self, model_id: str | None) -> ModelCard | None:
        """The card of a model, where they may know of it."""
        return next((each for each in self.cards if each.model_id == model_id), None)


class Models:
    """What every way to look at models and to switch between them ends in.

    Args:
        labelling: knows the label sets, and who may know of them.
    """

    def __init__(self, labelling: Labelling) -> None:
        self.resources = labelling.resources
        self._sets = labelling.sets
        self._models = labelling.resources.engine.models

    async def known_to(self, who: discord.abc.User) -> Known:
        """The models that somebody may know of.

        Raises:
            NotForYou: they may not train.
        """
        member = require_trainer(who, SWITCHING)
        sets = await self._sets.known_to(member, include_archived=True)
        known = {each.labelset_id for each in sets}
        page = await self._models.models(str(member.guild.id), limit=MOST_LISTED)
        cards = [each for each in page.models if each.labelset_id in known]
        return Known(cards, page.serving, await self._reindex())

    async def to_use(self, who: discord.abc.User, wanted: str) -> ModelCard:
        """The model that somebody wants to have searched with.

        Args:
            who: wants that.
            wanted: the model's id, or the name of its label set: the newest that may serve.

        Raises:
            NotForYou: they may not train.
            NotUnderstood: they know of no such model.
            EngineObjected: it serves already, or may not.
        """
        known = await self.known_to(who)
        key = wanted.strip().casefold()
        found = [each for each in known.cards if key in _keys(each)]
        if not found:
            models = self.resources.mentions.of("models list")
            raise NotUnderstood(
                f"I know no model “{escape(shortened(wanted, MOST_NAME_CHARS))}” here. {models} "
                "shows those there are."
            )
        card = next((each for each in found if each.servable), found[0])
        if card.state is ModelState.SERVING:
            raise EngineObjected(f"{named(card)} searches already, so I changed nothing.")
        if not card.servable:
            raise EngineObjected(
                f"{named(card)} cannot take over searching, so I changed nothing. "
                f"{escape(card.verdict)}"
            )
        return card

    async def use(self, interaction: discord.Interaction, card: ModelCard) -> Reindex:
        """Begins to have a model take over; the same use twice is one.

        Raises:
            NotForYou: they may not train.
            EngineRefused: other servers are searched with the same encoder; the reason says so.
        """
        member = require_trainer(interaction.user, SWITCHING)
        return await self._models.activate(
            card.model_id,
            library_id=str(member.guild.id),
            asked_by=str(member.id),
            idempotency_key=f"use-{interaction.id}",
        )

    async def stop(self, who: discord.abc.User) -> Reindex:
        """Stops the take-over that is under way.

        Raises:
            NotForYou: they may not train.
        """
        member = require_trainer(who, SWITCHING)
        return await self._models.cancel_reindex(library_id=str(member.guild.id))

    async def go_back(self, who: discord.abc.User, kind: ItemKind | None) -> ServingModel:
        """Has what searched before search again.

        Args:
            who: wants that.
            kind: of the items that are searched; None: that of which there is something before.

        Raises:
            NotForYou: they may not train.
            NotUnderstood: there is nothing to go back to, or there are two and none was chosen.
        """
        known = await self.known_to(who)
        possible = [
            each.kind
            for each in known.serving
            if each.previous is not None and kind in (None, each.kind)
        ]
        if not possible:
            raise NotUnderstood("Nothing has searched before, so there is nothing to go back to.")
        if len(possible) > 1:
            raise NotUnderstood(
                "Something has searched pictures before, and something texts. Say with `kind:` "
                "which shall come back; I changed nothing."
            )
        member = require_trainer(who, SWITCHING)
        return await self._models.rollback(
            possible[0], library_id=str(member.guild.id), asked_by=str(member.id)
        )

    async def suggest(self, who: discord.abc.User, typed: str) -> list[app_commands.Choice[str]]:
        """The models that somebody may have searched with."""
        if not may_train(who):
            return []
        wanted = typed.strip().casefold()
        return [
            app_commands.Choice(name=choice_name(each), value=each.model_id)
            for each in (await self.known_to(who)).cards
            if each.servable
            and each.state is not ModelState.SERVING
            and wanted in f"{unnamed(each)} {each.model_id}".casefold()
        ]

    async def _reindex(self) -> Reindex | None:
        try:
            return await self._models.reindex()
        except EngineRefused as refusal:
            if refusal.problem.status == 404:
                return None
            raise


def _keys(card: ModelCard) -> tuple[str, str]:
    return card.model_id, card.labelset_name.strip().casefold()
