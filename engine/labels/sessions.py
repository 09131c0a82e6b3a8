"""Labelling sessions: which item a person sees next, and how far they are.

There is no state but the open card and the labels themselves: a session goes on wherever it was
left, on any replica.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from engine.catalogue import Catalogue
from engine.catalogue.label_cards import CardRepository, OpenCard
from engine.catalogue.passages import PassageRepository
from engine.schemas import Card, CardRequest, Draw, Item, SessionProgress, Suggestion

RANDOM_EVERY = 5
"""Of so many cards one is drawn at random: only those can say how good a classifier is."""

MAX_LABELLERS = 3
"""Most people that an item drawn at random is shown to: enough for a majority."""

MAX_DISPUTANTS = 5
"""Most people that a disputed item is shown to."""

MAX_PASSAGE_CHARS = 1_000


class Guide(Protocol):
    """What sessions ask of the classifiers."""

    async def order(self, labelset_id: str) -> Sequence[OpenCard]:
        """Items that help most next, best first; those of some moments ago will do."""
        ...

    async def guesses(self, labelset_id: str, item_id: str) -> list[Suggestion]:
        """What a stored item probably is, best first; empty when that cannot be said yet."""
        ...


class LabelSessions:
    """Deals the cards of all sessions."""

    def __init__(self, catalogue: Catalogue, guide: Guide) -> None:
        self._cards: CardRepository = catalogue.cards
        self._items = catalogue.items
        self._passages: PassageRepository = catalogue.passages
        self._guide = guide

    async def next(self, request: CardRequest) -> Card:
        """The card that a person should answer next.

        Raises:
            NotFound: there is no such set.
            Forbidden: the person may not label in it.
            BadRequest: the set is archived.
        """
        await self._cards.check(request)
        progress = await self._cards.progress(request)
        dealt = await self._unanswered(request) or await self._deal(request, progress)
        items = await self._items.get_many([dealt.item_id] if dealt else [])
        if dealt is None or dealt.item_id not in items:
            return Card(progress=progress)
        return Card(
            item=items[dealt.item_id],
            passage=await self._passage(items[dealt.item_id]),
            drawn=dealt.drawn,
            suggestions=await self._guide.guesses(request.labelset_id, dealt.item_id),
            progress=progress,
        )

    async def _unanswered(self, request: CardRequest) -> OpenCard | None:
        """The card before the person, unless it is the one they come from."""
        card = await self._cards.opened(request)
        if card is not None and card.item_id == request.after_item_id:
            await self._cards.close(request)
            return None
        return card

    async def _deal(self, request: CardRequest, progress: SessionProgress) -> OpenCard | None:
        async for card in self._candidates(request, progress):
            if card.item_id != request.after_item_id and await self._cards.open(request, card):
                return card
        return None

    async def _candidates(
        self, request: CardRequest, progress: SessionProgress
    ) -> AsyncIterator[OpenCard]:
        """Cards in the order in which they should be dealt, until somebody gets one."""
        if progress.yours % RANDOM_EVERY != RANDOM_EVERY - 1:
            for item_id in await self._cards.disputed(request, max_labellers=MAX_DISPUTANTS):
                yield OpenCard(item_id, Draw.DISAGREEMENT)
            order = await self._guide.order(request.labelset_id)
            async for card in self._in_order(request, order):
                yield card
        for item_id in await self._cards.at_random(request, max_labellers=MAX_LABELLERS):
            yield OpenCard(item_id, Draw.RANDOM)

    async def _in_order(
        self, request: CardRequest, order: Sequence[OpenCard]
    ) -> AsyncIterator[OpenCard]:
        """Those of an order that nobody has answered yet."""
        drawn = {card.item_id: card for card in order}
        free = await self._cards.open_to(request, list(drawn), max_labellers=1)
        for item_id in free:
            yield drawn[item_id]

    async def _passage(self, item: Item) -> str:
        """The words to judge a text by: its own, or the first passage of a document."""
        if item.text is not None:
            return item.text[:MAX_PASSAGE_CHARS]
        passages = await self._passages.get_many([(item.item_id, 0)])
        return "".join(passage.text for passage in passages.values())[:MAX_PASSAGE_CHARS]
