"""Labelling what a search found, from its gallery."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import discord

from bot.errors import NotUnderstood
from bot.features.labels._label_view import choose
from bot.features.labels._labelling import Labelling
from bot.features.labels._targets import Target
from bot.viewers import OneViewer, Viewers
from engine.client import EngineCallFailed
from engine.schemas import Hit, LabelMethod


class HitLabels:
    """What a gallery needs to have its hits labelled."""

    def __init__(self, labelling: Labelling) -> None:
        self._labelling = labelling

    async def offered_to(self, viewers: Viewers, hits: Sequence[Hit]) -> bool:
        """Whether somebody alone looks at these hits who may label one of them."""
        if not isinstance(viewers, OneViewer) or not hits:
            return False
        try:
            kinds = {hit.kind for hit in hits}
            return bool(await self._labelling.sets.to_label_for(viewers.member, kinds))
        except EngineCallFailed:
            return False

    async def choose(self, interaction: discord.Interaction, hits: Sequence[Hit]) -> None:
        """Answers a deferred click on a gallery with the way to label one hit, or several."""
        found = await asyncio.gather(*map(self._target, hits))
        targets = [target for target in found if target is not None]
        if not targets:
            raise NotUnderstood("This has been deleted meanwhile, so there is nothing to label.")
        several = len(targets) > 1
        await choose(
            interaction,
            targets,
            self._labelling,
            method=LabelMethod.BULK if several else LabelMethod.HIT,
            together=several,
        )

    async def _target(self, hit: Hit) -> Target | None:
        """The item at the place a hit is shown at; found may have been the same one elsewhere."""
        place = hit.place
        items = self._labelling.resources.engine.items(
            place.library_id, channel_id=place.channel_id, message_id=place.message_id
        )
        async for item in items:
            if item.place == place:
                return Target.of_item(item)
        return None
