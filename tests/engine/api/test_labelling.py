"""Label sets, labels and cards over HTTP."""

from __future__ import annotations

import asyncio

import pytest

from engine.client import EngineClient, EngineRefused
from engine.schemas import (
    Card,
    CardRequest,
    Draw,
    ForgetRequest,
    ItemKind,
    LabelMethod,
    LabelOutcome,
    LabelSet,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    ReactionBinding,
    TrainingUpdate,
    UndoRequest,
)
from tests.engine.api.conftest import picture_item, png
from tests.engine_process import EngineProcess

COUNT = 12


@pytest.fixture
async def pets(client: EngineClient, library: str) -> LabelSet:
    """A label set over a library of a dozen pictures in two channels, all embedded."""
    for n in range(COUNT):
        await client.add_item(picture_item(library, str(n), f"c{n % 2}"), png(n))
    await client.library(library, wait_embedded_s=30)
    return await client.labels.create(
        NewLabelSet(
            library_id=library,
            name="Shades",
            kind=ItemKind.IMAGE,
            classes=[NewLabelClass(name="dark"), NewLabelClass(name="light")],
            asked_by="erin",
        )
    )


def _wants_card(pets: LabelSet, person: str = "ann", **more: object) -> CardRequest:
    request = {"labelset_id": pets.labelset_id, "person_id": person, "channel_ids": ["c0", "c1"]}
    return CardRequest.model_validate({**request, **more})


def _says(pets: LabelSet, card: Card, person: str = "ann", name: str = "dark") -> NewLabels:
    assert card.item is not None
    return NewLabels(
        labelset_id=pets.labelset_id,
        person_id=person,
        item_ids=[card.item.item_id],
        class_ids=[each.class_id for each in pets.classes if each.name == name],
        method=LabelMethod.SESSION,
        drawn=card.drawn,
        channel_ids=["c0", "c1"],
    )


async def test_a_session_deals_every_item_once(client: EngineClient, pets: LabelSet) -> None:
    """A labeller would see pictures twice, or never come to an end."""
    seen = []
    card = await client.labels.next_card(_wants_card(pets))
    while card.item is not None:
        seen.append(card.item.item_id)
        assert card.progress.yours == len(seen) - 1
        await client.labels.give(_says(pets, card))
        card = await client.labels.next_card(_wants_card(pets, after_item_id=card.item.item_id))
    assert len(set(seen)) == len(seen) == COUNT
    assert (card.progress.yours, card.progress.labelled, card.progress.total) == (COUNT,) * 3


async def test_an_interrupted_session_shows_the_same_card(
    client: EngineClient, pets: LabelSet
) -> None:
    """Whoever comes back would lose the card they were thinking about."""
    first = await client.labels.next_card(_wants_card(pets))
    again = await client.labels.next_card(_wants_card(pets))
    assert first.item is not None
    assert again.item == first.item
    skipped = _says(pets, first).model_copy(
        update={"outcome": LabelOutcome.SKIPPED, "class_ids": []}
    )
    await client.labels.give(skipped)
    following = await client.labels.next_card(_wants_card(pets))
    assert following.item is not None
    assert following.item != first.item


async def test_labellers_at_once_get_different_cards(client: EngineClient, pets: LabelSet) -> None:
    """A team of eight would all label the same picture."""
    people = [f"p{n}" for n in range(8)]
    cards = await asyncio.gather(
        *(client.labels.next_card(_wants_card(pets, person)) for person in people)
    )
    items = [card.item.item_id for card in cards if card.item]
    assert len(set(items)) == len(items) == len(people)


async def test_a_disputed_item_comes_first_to_the_third(
    client: EngineClient, pets: LabelSet
) -> None:
    """A disagreement would never be settled."""
    card = await client.labels.next_card(_wants_card(pets))
    await client.labels.give(_says(pets, card))
    await client.labels.give(_says(pets, card, "bob", "light"))
    third = await client.labels.next_card(_wants_card(pets, "cid"))
    assert third.item == card.item
    assert third.drawn is Draw.DISAGREEMENT


async def test_cards_and_labels_stay_within_what_the_asker_sees(
    client: EngineClient, pets: LabelSet, shared_engine: EngineProcess
) -> None:
    """A session would show pictures of hidden channels."""
    seen = set()
    request = _wants_card(pets, channel_ids=["c0"])
    async with shared_engine.client("bot") as bot:
        card = await bot.labels.next_card(request)
        while card.item is not None:
            seen.add(card.item.place.channel_id)
            await bot.labels.give(said := _says(pets, card))
            card = await bot.labels.next_card(request)
        assert (seen, card.progress.total) == ({"c0"}, COUNT // 2)
        nothing = await bot.labels.next_card(_wants_card(pets, "eve", channel_ids=[]))
        assert nothing.item is None
        with pytest.raises(EngineRefused, match="name the channels"):
            await bot.labels.next_card(_wants_card(pets, channel_ids=None))
        with pytest.raises(EngineRefused, match="name the channels"):
            await bot.labels.give(said.model_copy(update={"channel_ids": None}))


async def test_an_item_deleted_while_on_a_card_is_replaced(
    client: EngineClient, pets: LabelSet
) -> None:
    """A session would be stuck on a card that cannot be answered."""
    card = await client.labels.next_card(_wants_card(pets))
    assert card.item is not None
    await client.forget(
        ForgetRequest(library_id=pets.library_id, message_id=card.item.place.message_id)
    )
    [refused] = (await client.labels.give(_says(pets, card))).refused
    assert "not in the library" in refused.reason
    following = await client.labels.next_card(_wants_card(pets))
    assert following.item is not None
    assert following.item.item_id != card.item.item_id


async def test_undo_brings_the_item_back(client: EngineClient, pets: LabelSet) -> None:
    """A wrong click would stay wrong."""
    card = await client.labels.next_card(_wants_card(pets))
    assert card.item is not None
    await client.labels.give(_says(pets, card))
    undone = await client.labels.undo(UndoRequest(labelset_id=pets.labelset_id, person_id="ann"))
    assert undone.item_ids == [card.item.item_id]
    assert [label async for label in client.labels.labels(pets.labelset_id)] == []


async def test_reactions_and_training_are_kept(client: EngineClient, pets: LabelSet) -> None:
    """A restart of the bot would forget what reactions mean, or train without leave."""
    binding = ReactionBinding(
        library_id=pets.library_id,
        channel_id="c0",
        emoji="🌒",
        labelset_id=pets.labelset_id,
        class_id=pets.classes[0].class_id,
    )
    await client.labels.bind_reaction(binding)
    assert await client.labels.reactions(pets.library_id) == [binding]
    await client.labels.unbind_reaction(pets.library_id, "c0", "🌒")
    assert await client.labels.reactions(pets.library_id) == []
    assert not (await client.training(pets.library_id)).enabled
    await client.set_training(pets.library_id, TrainingUpdate(enabled=True, asked_by="erin"))
    assert (await client.training(pets.library_id)).enabled
    assert (await client.audit(pets.library_id)).entries[0].actor_id == "erin"
