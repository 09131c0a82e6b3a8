"""Sessions are led by what helps most: planned from features, copies left out, never waited for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.labels.classification import ClassifyService
from engine.labels.classifiers import Classifiers
from engine.labels.examples import ExampleReader
from engine.labels.guide import SessionGuide
from engine.labels.item_features import ItemFeatures
from engine.labels.sessions import LabelSessions
from engine.schemas import (
    CardRequest,
    Draw,
    ItemKind,
    LabelMethod,
    LabelSet,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    TrainingUpdate,
)
from engine.vectors.memory import MemoryVectorStore
from tests.engine.ingest.fakes import EMBED_DIM
from tests.engine.ingest.rig import Rig, open_rig

COUNT = 30


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """A library of thirty messages; the last two say the same as the first."""
    store = MemoryVectorStore()
    async with open_rig(tmp_path, store) as rig:
        for n in range(COUNT):
            await rig.post_text(f"message {n % (COUNT - 2)}", str(n))
        await rig.embed()
        yield rig
    await store.close()


@pytest.fixture
async def guide(rig: Rig) -> AsyncIterator[SessionGuide]:
    """The guide as the engine builds it."""
    encoders = {ItemKind.IMAGE: rig.clip, ItemKind.TEXT: rig.sentence}
    nothing = np.empty((0, EMBED_DIM), dtype=np.float32)
    features = ItemFeatures(rig.collections, rig.catalogue.runs, rig.sentence)
    with ThreadPoolExecutor(1) as executor:
        classifiers = Classifiers(
            ExampleReader(rig.catalogue.votes),
            features,
            encoders,
            dict.fromkeys(ItemKind, nothing),
            executor,
        )
        classify = ClassifyService(
            rig.catalogue, features, classifiers, rig.pictures, rig.clip, rig.sentence
        )
        guide = SessionGuide(rig.catalogue.cards, features, classifiers, classify, executor)
        yield guide
        await guide.close()
        await classifiers.close()


@pytest.fixture
async def topics(rig: Rig) -> LabelSet:
    """Two classes for the messages; training is on and their author labels."""
    await rig.catalogue.training.put("lib", TrainingUpdate(enabled=True))
    return await rig.catalogue.labelsets.create(
        NewLabelSet(
            library_id="lib",
            name="Topics",
            kind=ItemKind.TEXT,
            classes=[NewLabelClass(name="a"), NewLabelClass(name="b")],
        )
    )


async def test_a_plan_leaves_out_copies(guide: SessionGuide, topics: LabelSet, rig: Rig) -> None:
    """A team would label the same meme once for every time it was posted."""
    planned = [card.item_id for card in await guide.order(topics.labelset_id)]
    items = await rig.catalogue.items.get_many(planned)
    texts = [items[item_id].text for item_id in planned]
    assert len(texts) > COUNT / 2
    assert len(set(texts)) == len(texts)


async def test_cards_say_why_they_are_shown(
    guide: SessionGuide, topics: LabelSet, rig: Rig
) -> None:
    """Honest evaluation would lack its random share, or sessions would only be random."""
    sessions = LabelSessions(rig.catalogue, guide)
    request = CardRequest(labelset_id=topics.labelset_id, person_id="ann", channel_ids=None)
    drawn = []
    for n in range(10):
        card = await sessions.next(request)
        assert card.item is not None
        drawn.append(card.drawn)
        await rig.catalogue.labels.give(
            NewLabels(
                labelset_id=topics.labelset_id,
                person_id="ann",
                item_ids=[card.item.item_id],
                class_ids=[topics.classes[n % 2].class_id],
                method=LabelMethod.SESSION,
                drawn=card.drawn,
                channel_ids=None,
            )
        )
    assert drawn[0] is Draw.CLUSTER
    assert drawn.count(Draw.RANDOM) == 2


async def test_labels_bring_guesses(guide: SessionGuide, topics: LabelSet, rig: Rig) -> None:
    """Cards would show no guess however much was labelled, or one that is no class."""
    first, *others = [card.item_id for card in await guide.order(topics.labelset_id)]
    for n, item_id in enumerate(others):
        await rig.catalogue.labels.give(
            NewLabels(
                labelset_id=topics.labelset_id,
                person_id="ann",
                item_ids=[item_id],
                class_ids=[topics.classes[n % 2].class_id],
                method=LabelMethod.MENU,
                channel_ids=None,
            )
        )
    guesses = await guide.guesses(topics.labelset_id, first)
    assert {each.name for each in guesses} == {"a", "b"}
    assert sum(each.probability for each in guesses) <= 1 + 1e-6
