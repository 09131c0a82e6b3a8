"""Turns hits into cards: fetches thumbnails and leaves out what is gone by now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.features.search._cards import Card
from engine.client import EngineCallFailed, EngineClient, EngineRefused
from engine.schemas import Hit, ItemKind

THUMBNAIL_TIMEOUT_S = 5.0


async def deal(hits: Sequence[Hit], engine: EngineClient, *, first_number: int = 1) -> list[Card]:
    """Cards for the hits that still exist, numbered from `first_number`."""
    cards = await asyncio.gather(
        *(_card(hit, engine, number) for number, hit in enumerate(hits, start=first_number))
    )
    return [card for card in cards if card is not None]


async def _card(hit: Hit, engine: EngineClient, number: int) -> Card | None:
    """A card; without a thumbnail when it does not come in time, None when the item is gone."""
    thumbnail: bytes | None = None
    try:
        async with asyncio.timeout(THUMBNAIL_TIMEOUT_S):
            if hit.kind is ItemKind.IMAGE:
                thumbnail = await engine.thumbnail(hit.item_id, hit.box)
            else:
                await engine.item(hit.item_id)
    except EngineRefused as refusal:
        if refusal.problem.status == 404:
            return None
    except (EngineCallFailed, TimeoutError):
        pass
    return Card(number, hit, thumbnail)
