"""What classifiers say to sessions: what to label next, and what an item probably is."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import structlog

from engine.catalogue.label_cards import CardRepository, OpenCard, Unlabelled
from engine.classify import choose
from engine.encoders.ports import Features
from engine.errors import EngineError
from engine.labels.classification import ClassifyService
from engine.labels.classifiers import Classifiers, Fitted
from engine.labels.duplicate_groups import duplicate_groups
from engine.labels.item_features import ItemFeatures, stacked
from engine.schemas import Draw, Suggestion

log = structlog.get_logger(__name__)

POOL = 10_000
"""Most candidates compared, drawn evenly from what nobody has labelled: 20 MB of 512 dimensions."""

POOL_KEPT_S = 60.0
BATCH = 60
"""Cards planned at once: more than a team labels until the next plan is ready."""

LEAST_PAUSE_S = 3.0
PAUSES = 4
"""A plan is made anew after so many times what making it took: a fifth of one core at most."""

FIRST_PLAN_S = 2.0
"""How long the first card of a session waits for a plan; then it is drawn at random."""

MAX_PLANS = 16
GUESSES = 5


@dataclass(frozen=True)
class Pool:
    """Candidates and their features, float32 (N, D), as they were some moments ago."""

    items: Sequence[Unlabelled]
    features: Features
    read_at_s: float


@dataclass(frozen=True)
class Plan:
    """In which order to label, until `stale_at_s` on the monotonic clock."""

    cards: Sequence[OpenCard]
    pool: Pool
    stale_at_s: float


class SessionGuide:
    """Plans ahead in the background, so that no card waits for it."""

    def __init__(
        self,
        cards: CardRepository,
        features: ItemFeatures,
        classifiers: Classifiers,
        classify: ClassifyService,
        executor: Executor,
    ) -> None:
        self._cards = cards
        self._features = features
        self._classifiers = classifiers
        self._classify = classify
        self._executor = executor
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._planning: dict[str, asyncio.Task[None]] = {}

    async def order(self, labelset_id: str) -> Sequence[OpenCard]:
        """Items that help most next, best first; those of some moments ago will do."""
        plan = self._plans.get(labelset_id)
        if plan is None or plan.stale_at_s < time.monotonic():
            planning = self._plan_soon(labelset_id)
            if plan is None:
                await asyncio.wait([planning], timeout=FIRST_PLAN_S)
                plan = self._plans.get(labelset_id)
        return [] if plan is None else plan.cards

    async def guesses(self, labelset_id: str, item_id: str) -> list[Suggestion]:
        """What a stored item probably is, best first; empty when that cannot be said yet."""
        return (await self._classify.guesses(labelset_id, item_id))[:GUESSES]

    async def close(self) -> None:
        """Gives up what is being planned."""
        planning = list(self._planning.values())
        for task in planning:
            task.cancel()
        if planning:
            await asyncio.wait(planning)

    def _plan_soon(self, labelset_id: str) -> asyncio.Task[None]:
        planning = self._planning.get(labelset_id)
        if planning is None:
            planning = asyncio.create_task(self._plan(labelset_id), name=f"plan {labelset_id}")
            self._planning[labelset_id] = planning
            planning.add_done_callback(lambda _: self._planning.pop(labelset_id, None))
        return planning

    async def _plan(self, labelset_id: str) -> None:
        """Makes a plan; without one, sessions go on at random."""
        started_s = time.monotonic()
        try:
            fitted = await self._classifiers.of(labelset_id)
            pool = await self._pool(labelset_id, fitted)
            cards = await asyncio.get_running_loop().run_in_executor(
                self._executor, _ordered, pool, fitted
            )
        except EngineError as error:
            log.warning("session_plan_failed", labelset_id=labelset_id, detail=error.detail)
            return
        now_s = time.monotonic()
        pause_s = max(LEAST_PAUSE_S, PAUSES * (now_s - started_s))
        self._plans[labelset_id] = Plan(cards, pool, now_s + pause_s)
        self._plans.move_to_end(labelset_id)
        while len(self._plans) > MAX_PLANS:
            self._plans.popitem(last=False)

    async def _pool(self, labelset_id: str, fitted: Fitted) -> Pool:
        """The candidates, read anew once a minute, always without those labelled since."""
        unlabelled = await self._cards.unlabelled(labelset_id, limit=POOL)
        plan = self._plans.get(labelset_id)
        if plan is not None and plan.pool.read_at_s > time.monotonic() - POOL_KEPT_S:
            known = plan.pool
            free = {each.item_id for each in unlabelled}
            still = [each.item_id in free for each in known.items]
            items = [each for each in known.items if each.item_id in free]
            return Pool(items, known.features[still], known.read_at_s)
        item_ids = [each.item_id for each in unlabelled]
        stored = await self._features.of(fitted.taught.kind, item_ids)
        items = [each for each in unlabelled if each.item_id in stored]
        features = stacked([stored[each.item_id] for each in items], fitted.features.shape[1])
        return Pool(items, features, time.monotonic())


def _ordered(pool: Pool, fitted: Fitted) -> list[OpenCard]:
    """The cards that help most; those at random are drawn by the sessions themselves."""
    labelled = len(fitted.examples)
    everything = np.concatenate([fitted.features, pool.features])
    groups = duplicate_groups([*fitted.examples, *pool.items], everything)
    new = ~np.isin(groups[labelled:], groups[:labelled])
    candidates = np.flatnonzero(new)
    chosen = choose(
        pool.features[candidates],
        groups[labelled:][candidates],
        fitted.features,
        classifier=fitted.classifier,
        count=min(BATCH, len(candidates)),
        drawn_before=labelled,
    )
    return [
        OpenCard(pool.items[candidates[choice.row]].item_id, choice.draw)
        for choice in chosen
        if choice.draw is not Draw.RANDOM
    ]
