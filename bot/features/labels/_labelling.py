"""Gives labels for people, whichever way they label."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from bot.features.labels._dealer import Labeller
from bot.features.labels._labellers import labeller_ids
from bot.features.labels._sets import LabelSets
from bot.features.labels._targets import Target
from bot.features.privacy import ConsentRequests
from bot.resources import Resources
from bot.viewers import OneViewer
from engine.client import EngineCallFailed
from engine.schemas import (
    ClassifyRequest,
    LabelMethod,
    LabelsAck,
    LabelSet,
    NewLabels,
    Suggestion,
    UndoRequest,
)

log = logging.getLogger(__name__)

GUESS_TIMEOUT_S = 2.0
MOST_GUESSES = 3


class Labelling:
    """What every way of labelling ends in.

    Args:
        resources: the engine, and who is who.
        consent: asks the people who posted what is labelled whether models may learn from it.
    """

    def __init__(self, resources: Resources, consent: ConsentRequests) -> None:
        self.resources = resources
        self.sets = LabelSets(resources.engine)
        self._consent = consent

    async def labeller(self, viewer: OneViewer, labelset_id: str) -> Labeller:
        """Somebody with what they may do and see at this moment.

        Raises:
            NotForYou: they may not label for the set.
            NotUnderstood: the set is archived.
        """
        return await Labeller.seeing_as(viewer, labelset_id, self.resources)

    async def give(
        self,
        labeller: Labeller,
        targets: Sequence[Target],
        class_ids: Sequence[str],
        method: LabelMethod,
    ) -> LabelsAck:
        """Stores a person's labels, and asks those who posted the items for their consent."""
        acknowledged = await self.resources.engine.labels.give(
            NewLabels(
                labelset_id=labeller.labelset.labelset_id,
                person_id=str(labeller.member.id),
                item_ids=[target.item_id for target in targets],
                class_ids=list(class_ids),
                method=method,
                channel_ids=labeller.channel_ids,
                labeller_ids=labeller_ids(labeller.member),
            )
        )
        refused = {each.item_id for each in acknowledged.refused}
        posted_in = {
            each.author_id: each.channel_id for each in targets if each.item_id not in refused
        }
        self._consent.labelled(labeller.member, posted_in)
        return acknowledged

    def answered(self, labeller: Labeller, item_id: str) -> None:
        """Asks who posted an item for their consent, while its labeller goes on."""
        self.resources.tasks.start(self._ask_about(labeller, item_id), name=f"consent to {item_id}")

    async def _ask_about(self, labeller: Labeller, item_id: str) -> None:
        try:
            item = await self.resources.engine.item(item_id)
        except EngineCallFailed as failure:
            log.info("Nobody is asked for consent to %s: %s", item_id, failure)
        else:
            self._consent.labelled(labeller.member, {item.author_id: item.place.channel_id})

    async def undo(self, labelset_id: str, person_id: int, batch_id: str) -> int:
        """Takes labels back that were given by one action; how many they were."""
        request = UndoRequest(labelset_id=labelset_id, person_id=str(person_id), batch_id=batch_id)
        return len((await self.resources.engine.labels.undo(request)).item_ids)

    async def guesses(
        self, labelset: LabelSet, target: Target, channel_ids: list[str]
    ) -> list[Suggestion]:
        """What the classifier says of an item, best first; nothing when it does not answer."""
        request = ClassifyRequest(
            library_id=labelset.library_id,
            channel_ids=channel_ids,
            labelset_id=labelset.labelset_id,
            item_id=target.item_id,
        )
        try:
            async with asyncio.timeout(GUESS_TIMEOUT_S):
                answer = await self.resources.engine.classify(request)
        except (EngineCallFailed, TimeoutError):
            return []
        return [] if answer.none_of_these else answer.choices[:MOST_GUESSES]
