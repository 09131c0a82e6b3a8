"""Finds what the classifier is sure of, for people to accept in bulk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.features.labels._dealer import Labeller
from engine.client import EngineCallFailed, EngineClient
from engine.schemas import Classification, ClassifyRequest, Item, ItemKind, Suggestion

SURE = 0.9
MOST_SHOWN = 8
MOST_EXAMINED = 60  # an answer takes some milliseconds, as features are kept
AT_ONCE = 4


@dataclass(frozen=True)
class Suggested:
    """An item that nobody has labelled, and what it surely is.

    Attributes:
        guesses: one class, or several where the set allows it.
        picture: WebP of a picture.
    """

    item: Item
    guesses: Sequence[Suggestion]
    picture: bytes | None = None

    @property
    def class_ids(self) -> tuple[str, ...]:
        """The classes, as a label names them."""
        return tuple(guess.class_id for guess in self.guesses)


@dataclass(frozen=True)
class Suggestions:
    """What can be accepted at once.

    Attributes:
        found: the surest first.
        report: which method suggests, and how good it is.
    """

    found: Sequence[Suggested]
    report: str


async def suggestions_for(labeller: Labeller, engine: EngineClient) -> Suggestions:
    """Looks through the newest items without a label that the labeller may see."""
    items = [item async for item in _unlabelled(labeller, engine)]
    slots = asyncio.Semaphore(AT_ONCE)

    async def classified(item: Item) -> Classification:
        async with slots:
            return await engine.classify(_question(item, labeller))

    answers = await asyncio.gather(*(classified(item) for item in items))
    sure = [
        Suggested(item, guesses)
        for item, answer in zip(items, answers, strict=True)
        if (guesses := _sure(answer, several=labeller.labelset.multi_label))
    ]
    sure.sort(key=lambda each: each.guesses[0].probability, reverse=True)
    shown = await asyncio.gather(*(_pictured(each, engine) for each in sure[:MOST_SHOWN]))
    return Suggestions(shown, answers[0].report.sentence if answers else "")


async def _unlabelled(labeller: Labeller, engine: EngineClient) -> AsyncIterator[Item]:
    labelset = labeller.labelset
    known = {each.item_id async for each in engine.labels.labels(labelset.labelset_id)}
    readable = await labeller.viewer.readable(map(int, labeller.channel_ids), for_show=True)
    channel_ids = {str(channel.id) for channel in readable}
    found = 0
    async for item in engine.items(labelset.library_id):
        if item.kind is not labelset.kind or item.place.channel_id not in channel_ids:
            continue
        if item.item_id in known or not item.embedded:
            continue
        yield item
        found += 1
        if found == MOST_EXAMINED:
            return


def _question(item: Item, labeller: Labeller) -> ClassifyRequest:
    return ClassifyRequest(
        library_id=labeller.labelset.library_id,
        channel_ids=labeller.channel_ids,
        labelset_id=labeller.labelset.labelset_id,
        item_id=item.item_id,
    )


def _sure(answer: Classification, *, several: bool) -> list[Suggestion]:
    if answer.none_of_these:
        return []
    sure = [each for each in answer.choices if each.probability >= SURE]
    return sure if several else sure[:1]


async def _pictured(suggested: Suggested, engine: EngineClient) -> Suggested:
    if suggested.item.kind is not ItemKind.IMAGE:
        return suggested
    try:
        picture = await engine.thumbnail(suggested.item.item_id)
    except EngineCallFailed:
        return suggested
    return Suggested(suggested.item, suggested.guesses, picture)
