"""How good a team's labels are: progress, disputes, likely mistakes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import TypeVar

from engine.catalogue import Catalogue
from engine.catalogue.cursors import decode_key, encode_key
from engine.catalogue.label_votes import VotedItem
from engine.labels.answers import Answer
from engine.labels.doubted import Doubted, doubted_classes, doubted_items
from engine.labels.example_features import ExampleFeatures, example_features
from engine.labels.examples import Example, answers_of
from engine.labels.item_features import ItemFeatures
from engine.labels.kept import Kept
from engine.labels.learning_curve import learning_curve
from engine.labels.mistakes import LEAST_GROUPS
from engine.labels.picture import progress_picture
from engine.labels.standing import Standing, dispute_key
from engine.schemas import (
    Dispute,
    DisputePage,
    Item,
    ItemKind,
    LabelProgress,
    LearningCurve,
    LikelyMistake,
    LikelyMistakes,
    ReviewRequest,
    Vote,
)

T = TypeVar("T")

NO_CURVE = "No estimate: it is for sets where an item has one class."


class QualityService:
    """Measures label sets; results are kept until the votes change.

    Args:
        catalogue: who said what.
        features: of the items.
        embed_dims: D of each kind of item.
        executor: where is measured.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        features: ItemFeatures,
        embed_dims: Mapping[ItemKind, int],
        executor: Executor,
    ) -> None:
        self._catalogue = catalogue
        self._item_features = features
        self._embed_dims = embed_dims
        self._executor = executor
        version = catalogue.votes.version
        self._standings = Kept(version, self._stand)
        self._curves = Kept(version, self._measure_curve)
        self._doubts = Kept(version, self._find_doubts)

    async def standing(self, labelset_id: str) -> Standing:
        """A set with everything said in it, settled.

        Raises:
            NotFound: there is no such set.
        """
        return await self._standings.of(labelset_id)

    async def progress(self, labelset_id: str) -> LabelProgress:
        """How a set stands.

        Raises:
            NotFound: there is no such set.
        """
        standing = await self.standing(labelset_id)
        curve = await self._curves.of(labelset_id)
        return await self._run(lambda: standing.progress(curve))

    async def picture(self, labelset_id: str) -> bytes:
        """The same as a PNG.

        Raises:
            NotFound: there is no such set.
        """
        progress = await self.progress(labelset_id)
        voted = (await self.standing(labelset_id)).voted
        people = [each.person_id for each in progress.labellers]
        names = await self._catalogue.people.names(voted.library_id, people)
        return await self._run(lambda: progress_picture(voted.name, progress, names))

    async def disputes(self, labelset_id: str, request: ReviewRequest) -> DisputePage:
        """One page of the items that people label differently, of those the asker may see.

        Raises:
            NotFound: there is no such set.
            BadRequest: the cursor is none of ours.
        """
        standing = await self.standing(labelset_id)
        after = decode_key(request.cursor) if request.cursor is not None else ("", "")
        behind = [
            item
            for item in standing.disputed
            if _visible(item.channel_id, request) and dispute_key(item, standing.settled) > after
        ]
        shown = behind[: request.limit]
        items = await self._catalogue.items.get_many([item.item_id for item in shown])
        last = shown[-1] if len(behind) > len(shown) else None
        return DisputePage(
            disputes=[
                Dispute(
                    item=items[voted.item_id],
                    votes=[_vote(answer, standing.names) for answer in answers_of(voted)],
                )
                for voted in shown
                if _is_still(voted, items)
            ],
            next_cursor=last and encode_key(*dispute_key(last, standing.settled)),
        )

    async def mistakes(self, labelset_id: str, request: ReviewRequest) -> LikelyMistakes:
        """Labels that are probably wrong, of the items the asker may see.

        Raises:
            NotFound: there is no such set.
        """
        doubted = await self._doubts.of(labelset_id)
        visible = [each for each in doubted if _visible(each.example.channel_id, request)]
        shown = visible[: request.limit]
        items = await self._catalogue.items.get_many([each.example.item_id for each in shown])
        mistakes = [
            LikelyMistake(
                item=items[each.example.item_id],
                given=each.given,
                likely=each.likely,
                confidence=each.confidence,
            )
            for each in shown
            if _is_still(each.example, items)
        ]
        hint = "" if mistakes else _hint(await self.standing(labelset_id))
        return LikelyMistakes(mistakes=mistakes, hint=hint)

    async def _stand(self, labelset_id: str) -> Standing:
        voted = await self._catalogue.votes.of(labelset_id)
        return await self._run(lambda: Standing.of(voted))

    async def _measure_curve(self, labelset_id: str) -> LearningCurve:
        standing = await self.standing(labelset_id)
        if standing.voted.multi_label:
            return LearningCurve(sentence=NO_CURVE)
        known = await self._features(standing)
        return await self._run(lambda: learning_curve(known.examples, known.at_random))

    async def _find_doubts(self, labelset_id: str) -> Sequence[Doubted]:
        standing = await self.standing(labelset_id)
        known = await self._features(standing)
        names = list(standing.names.values())
        find = doubted_classes if standing.voted.multi_label else doubted_items
        return await self._run(lambda: find(known, names))

    async def _features(self, standing: Standing) -> ExampleFeatures:
        taught = standing.taught
        return await example_features(
            self._item_features, taught, embed_dim=self._embed_dims[taught.kind]
        )

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _visible(channel_id: str, request: ReviewRequest) -> bool:
    return request.channel_ids is None or channel_id in request.channel_ids


def _is_still(stored: Example | VotedItem, items: Mapping[str, Item]) -> bool:
    """Whether an item is there, and what it was."""
    item = items.get(stored.item_id)
    return item is not None and item.sha256 == stored.sha256


def _vote(answer: Answer, names: Mapping[str, str]) -> Vote:
    classes = sorted(names[class_id] for class_id in answer.class_ids)
    return Vote(person_id=answer.person_id, classes=classes)


def _hint(standing: Standing) -> str:
    """Why no label is doubted."""
    enough = [each for each in standing.class_counts() if each.usable >= LEAST_GROUPS]
    if len(enough) < (1 if standing.voted.multi_label else 2):
        return f"Too few to tell: two classes need {LEAST_GROUPS} usable items each."
    return "No label you can see looks like a mistake."
