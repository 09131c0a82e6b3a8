"""The trained models that a map can be drawn by, as far as somebody may know of them."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.errors import NotUnderstood
from bot.features.labels import Labelling
from bot.quote import escape, shortened
from engine.schemas import ModelCard

MOST_LISTED = 50
MOST_SUGGESTIONS = 25
MOST_NAME_CHARS = 60


class TrainedModels:
    """Finds models by their label sets.

    Args:
        labelling: knows the label sets, and who may know of them.
    """

    def __init__(self, labelling: Labelling) -> None:
        self._sets = labelling.sets
        self._models = labelling.resources.engine.models

    async def named(self, who: discord.abc.User, wanted: str) -> ModelCard:
        """The newest model of an id, or on a label set of a name.

        Raises:
            NotForYou: not in a server.
            NotUnderstood: there is none that the person may know of.
        """
        key = wanted.strip().casefold()
        for card in await self._known_to(who):
            if key in (card.model_id, card.labelset_name.casefold()):
                return card
        raise NotUnderstood(
            f"I know no trained model “{escape(shortened(wanted, 100))}” that could draw a map: it "
            "has to be one that was fine-tuned here. Leave `model:` out, and I draw the map "
            "without."
        )

    async def suggest(self, who: discord.abc.User, typed: str) -> list[app_commands.Choice[str]]:
        """The models on label sets whose names contain what was typed."""
        key = typed.strip().casefold()
        found = [each for each in await self._known_to(who) if key in each.labelset_name.casefold()]
        return [
            app_commands.Choice(name=_choice_name(card), value=card.model_id)
            for card in found[:MOST_SUGGESTIONS]
        ]

    async def _known_to(self, who: discord.abc.User) -> list[ModelCard]:
        """Models that changed the network, on sets that the person may know of; newest first."""
        sets = await self._sets.known_to(who, include_archived=True)
        if not sets:
            return []
        page = await self._models.models(sets[0].library_id, limit=MOST_LISTED)
        known = {each.labelset_id for each in sets}
        return [card for card in page.models if card.labelset_id in known and card.searches]


def _choice_name(card: ModelCard) -> str:
    name = shortened(card.labelset_name, MOST_NAME_CHARS)
    return f"{name} · {card.method.value} · {card.created_at:%Y-%m-%d}"
