"""Deals the cards of a session: what the engine would have labelled next, checked before shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord

from bot.errors import NotUnderstood
from bot.features.labels._card import Dealt
from bot.features.labels._labellers import labeller_ids, require_labeller
from bot.places import readable_ids
from bot.quote import escape
from bot.resources import Resources
from bot.viewers import OneViewer
from engine.client import EngineClient, EngineRefused
from engine.schemas import Card, CardRequest, Draw, Item, ItemKind, LabelSet

MOST_TRIES = 5
GONE = "That has been deleted in the meantime, or you may not read it any more."


@dataclass(frozen=True)
class Labeller:
    """Somebody at work on a set, with what they may do and see at this moment.

    Attributes:
        channel_ids: the remembered channels they may read.
    """

    labelset: LabelSet
    member: discord.Member
    viewer: OneViewer
    channel_ids: list[str]

    @classmethod
    async def of(
        cls, interaction: discord.Interaction, labelset_id: str, resources: Resources
    ) -> Labeller:
        """Whoever used a command or a button just now.

        Raises:
            NotForYou: they may not label for the set.
            NotUnderstood: the set is archived.
        """
        viewer = OneViewer.of(interaction, resources.directory)
        return await cls.seeing_as(viewer, labelset_id, resources)

    @classmethod
    async def seeing_as(cls, viewer: OneViewer, labelset_id: str, resources: Resources) -> Labeller:
        """Somebody with the roles that came with what they did just now.

        Raises:
            NotForYou: they may not label for the set.
            NotUnderstood: the set is archived.
        """
        labelset, channel_ids = await asyncio.gather(
            resources.engine.labels.labelset(labelset_id), readable_ids(viewer, resources.engine)
        )
        if labelset.archived:
            raise NotUnderstood(
                f"**{escape(labelset.name)}** is archived: its labels are kept, no new ones taken."
            )
        member = require_labeller(viewer.member, labelset)
        return cls(labelset, member, viewer, channel_ids)

    def request(self, after_item_id: str | None = None) -> CardRequest:
        """Asks for the next card; without an item just answered, for the one that is open."""
        return CardRequest(
            labelset_id=self.labelset.labelset_id,
            person_id=str(self.member.id),
            channel_ids=self.channel_ids,
            labeller_ids=labeller_ids(self.member),
            after_item_id=after_item_id,
        )


async def next_card(
    labeller: Labeller, engine: EngineClient, *, after_item_id: str | None = None, note: str = ""
) -> Dealt:
    """The next card that can be shown, or one without an item when nothing is left."""
    for _ in range(MOST_TRIES):
        card = await engine.labels.next_card(labeller.request(after_item_id))
        if card.item is None:
            return Dealt(labeller.labelset, card, note=note)
        if not await _may_be_shown(card.item, labeller):
            closed = card.item.place.channel_id
            left = [each for each in labeller.channel_ids if each != closed]
            labeller = replace(labeller, channel_ids=left)
            continue
        try:
            picture = await _picture(card.item, engine)
        except EngineRefused as refusal:
            if refusal.problem.status != 404:
                raise
            after_item_id = card.item.item_id
        else:
            return Dealt(labeller.labelset, card, picture, note=note)
    raise NotUnderstood(
        "What I wanted to show you next was deleted just now. Nothing is lost; please press again."
    )


async def same_card(
    labeller: Labeller,
    engine: EngineClient,
    item_id: str,
    drawn: Draw | None,
    *,
    chosen: Sequence[str] = (),
    page: int = 0,
    note: str = "",
) -> Dealt:
    """The card of a certain item; the next one, with a word about it, when that one is gone."""
    card = await engine.labels.next_card(labeller.request())
    try:
        if card.item is None or card.item.item_id != item_id:
            card = _card_of(await engine.item(item_id), drawn, card)
        assert card.item is not None
        if await _may_be_shown(card.item, labeller):
            picture = await _picture(card.item, engine)
            return Dealt(labeller.labelset, card, picture, chosen, page, note)
    except EngineRefused as refusal:
        if refusal.problem.status != 404:
            raise
    return await next_card(labeller, engine, note=GONE)


def _card_of(item: Item, drawn: Draw | None, other: Card) -> Card:
    """A card for an item that is not the one the engine has open."""
    return Card(item=item, passage=item.text or "", drawn=drawn, progress=other.progress)


async def _may_be_shown(item: Item, labeller: Labeller) -> bool:
    channel_id = int(item.place.channel_id)
    return bool(await labeller.viewer.readable([channel_id], for_show=True))


async def _picture(item: Item, engine: EngineClient) -> bytes | None:
    return await engine.thumbnail(item.item_id) if item.kind is ItemKind.IMAGE else None
