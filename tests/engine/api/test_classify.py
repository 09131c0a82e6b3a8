"""Classification over HTTP: by names, by labels, with its evidence and within what one may see."""

from __future__ import annotations

import pytest

from engine.client import EngineClient, EngineRefused
from engine.schemas import (
    ClassifierMethod,
    ClassifyRequest,
    ItemKind,
    LabelMethod,
    LabelSet,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    PersonUpdate,
    TrainingUpdate,
)
from tests.engine.api.conftest import text_item

SPORTS = (
    "The keeper saved a penalty in extra time.",
    "She won the marathon in just over two hours.",
    "The striker scored twice before half-time.",
    "Our team lost the basketball final by one point.",
    "The tennis match went to five sets.",
    "He broke the world record in the long jump.",
)
COOKING = (
    "Stir the sauce until it thickens.",
    "Bake the bread for forty minutes.",
    "Chop the onions and fry them in butter.",
    "Season the soup with salt and pepper.",
    "Let the dough rise for an hour.",
    "Grill the fish with lemon and herbs.",
)


@pytest.fixture
async def topics(client: EngineClient, library: str) -> LabelSet:
    """A label set over a dozen messages without an author, half of them in a hidden channel."""
    for n, text in enumerate(SPORTS + COOKING):
        channel = "hidden" if n % 2 else "open"
        await client.add_item(text_item(library, str(n), text, channel))
    await client.library(library, wait_embedded_s=30)
    return await client.labels.create(
        NewLabelSet(
            library_id=library,
            name="Topics",
            kind=ItemKind.TEXT,
            classes=[NewLabelClass(name="sport"), NewLabelClass(name="cooking")],
        )
    )


async def _label_all(client: EngineClient, topics: LabelSet, person: str = "erin") -> None:
    sport, cooking = (each.class_id for each in topics.classes)
    async for item in client.items(topics.library_id):
        await client.labels.give(
            NewLabels(
                labelset_id=topics.labelset_id,
                person_id=person,
                item_ids=[item.item_id],
                class_ids=[sport if item.text in SPORTS else cooking],
                method=LabelMethod.MENU,
                channel_ids=None,
            )
        )


def _asks(topics: LabelSet, text: str, channels: list[str] | None = None) -> ClassifyRequest:
    return ClassifyRequest(
        library_id=topics.library_id,
        channel_ids=channels,
        labelset_id=topics.labelset_id,
        text=text,
    )


async def test_names_alone_give_an_answer(client: EngineClient, library: str) -> None:
    """Nobody would get an answer before the first label."""
    answer = await client.classify(
        ClassifyRequest(
            library_id=library,
            channel_ids=None,
            class_names=["a recipe", "a football report", "a weather forecast"],
            text="Tomorrow there will be rain in the north and sunshine in the south.",
        )
    )
    assert answer.choices[0].name == "a weather forecast"
    total = sum(each.probability for each in answer.choices) + (answer.none_probability or 0)
    assert total == pytest.approx(1)
    assert answer.report.method is ClassifierMethod.ZERO_SHOT


async def test_labels_teach_and_explain(client: EngineClient, topics: LabelSet) -> None:
    """Labels would not pay back, or nobody could tell why an answer is what it is."""
    before = await client.classify(_asks(topics, "The goalkeeper was injured."))
    assert (before.report.method, before.nearest) == (ClassifierMethod.ZERO_SHOT, [])
    await _label_all(client, topics)
    after = await client.classify(_asks(topics, "The goalkeeper was injured."))
    assert after.choices[0].name == "sport"
    assert after.report.examples == len(SPORTS + COOKING)
    assert after.report.accuracy is not None
    assert after.report.accuracy.value > 0.8
    assert [each.class_name for each in after.nearest] == ["sport"] * 3
    similarities = [each.similarity for each in after.nearest]
    assert similarities == sorted(similarities, reverse=True)
    strange = await client.classify(_asks(topics, "kubectl rollout restart deployment"))
    assert (strange.none_probability or 0) > (after.none_probability or 0)


async def test_examples_stay_where_the_asker_cannot_look(
    client: EngineClient, topics: LabelSet
) -> None:
    """An explanation would quote a hidden channel."""
    await _label_all(client, topics)
    answer = await client.classify(_asks(topics, "They won the cup final.", ["open"]))
    assert {each.place.channel_id for each in answer.nearest} == {"open"}
    nobody = await client.classify(_asks(topics, "They won the cup final.", []))
    assert nobody.nearest == []
    items = [item async for item in client.items(topics.library_id)]
    hidden = next(item for item in items if item.place.channel_id == "hidden")
    about = _asks(topics, "", ["open"]).model_copy(update={"text": None, "item_id": hidden.item_id})
    with pytest.raises(EngineRefused, match="is gone"):
        await client.classify(about)


async def test_only_what_authors_agreed_to_is_learnt_from(
    client: EngineClient, library: str
) -> None:
    """A classifier would learn from somebody who never agreed, or said no."""
    for n, text in enumerate(SPORTS + COOKING):
        new = text_item(library, str(n), text).model_copy(
            update={"author_id": "ann" if n % 2 else "bob"}
        )
        await client.add_item(new)
    await client.library(library, wait_embedded_s=30)
    topics = await client.labels.create(
        NewLabelSet(
            library_id=library,
            name="Topics",
            kind=ItemKind.TEXT,
            classes=[NewLabelClass(name="sport"), NewLabelClass(name="cooking")],
        )
    )
    await _label_all(client, topics, person="ann")

    async def learnt() -> tuple[int, str]:
        report = (await client.classify(_asks(topics, "They won."))).report
        return report.examples, report.sentence

    examples, sentence = await learnt()
    assert examples == 0
    assert "12, as training is switched off" in sentence
    await client.set_training(library, TrainingUpdate(enabled=True))
    assert (await learnt())[0] == 6
    await client.update_person(library, "bob", PersonUpdate(training_consent=True))
    assert (await learnt())[0] == 12
    await client.update_person(library, "bob", PersonUpdate(training_consent=None))
    await client.update_person(library, "ann", PersonUpdate(training_consent=False))
    examples, sentence = await learnt()
    assert examples == 0
    assert "6, as their authors said no" in sentence


async def test_what_does_not_fit_is_refused_in_words(
    client: EngineClient, topics: LabelSet
) -> None:
    """A picture put to a set of texts would be answered with nonsense."""
    with pytest.raises(EngineRefused, match="one thing to classify"):
        await client.classify(_asks(topics, "x").model_copy(update={"item_id": "y"}))
    with pytest.raises(EngineRefused, match="Name a label set"):
        await client.classify(_asks(topics, "x").model_copy(update={"class_names": ["a", "b"]}))
    with pytest.raises(EngineRefused, match="some words"):
        await client.classify(_asks(topics, "  "))
    empty = NewLabelSet(library_id=topics.library_id, name="Empty", kind=ItemKind.TEXT)
    without_classes = await client.labels.create(empty)
    with pytest.raises(EngineRefused, match="no classes yet"):
        await client.classify(_asks(without_classes, "x"))
    elsewhere = _asks(topics, "x").model_copy(update={"library_id": "other"})
    with pytest.raises(EngineRefused, match="no such label set"):
        await client.classify(elsewhere)
