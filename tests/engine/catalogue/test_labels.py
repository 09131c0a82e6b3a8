"""Label sets and labels: what was said stays, the latest word counts, undo gives back."""

from __future__ import annotations

import asyncio

import pytest

from engine.catalogue import Catalogue
from engine.catalogue.label_cards import OpenCard
from engine.errors import BadRequest, Conflict, Forbidden, NotFound
from engine.schemas import (
    CardRequest,
    Draw,
    ForgetRequest,
    ItemKind,
    LabelClassUpdate,
    LabelMethod,
    LabelOutcome,
    LabelsAck,
    LabelSet,
    LabelSetAction,
    LabelSetUpdate,
    MergeRequest,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    PersonUpdate,
    ReactionBinding,
    TrainingUpdate,
    UndoRequest,
)
from tests.engine.catalogue.contents import picture, place, text

PETS = NewLabelSet(
    library_id="lib",
    name="Pets",
    kind=ItemKind.IMAGE,
    classes=[NewLabelClass(name="Cat"), NewLabelClass(name="Dog")],
    asked_by="erin",
)


async def pictures(catalogue: Catalogue, count: int, *, author_id: str = "ann") -> list[str]:
    """Stores that many different pictures, and gives their ids."""
    puts = [
        await catalogue.items.put(picture(bytes([n]), place(str(n)), author_id=author_id))
        for n in range(count)
    ]
    return [put.item_id for put in puts]


def classes(labelset: LabelSet) -> dict[str, str]:
    """Class ids by name."""
    return {each.name: each.class_id for each in labelset.classes}


async def say(
    catalogue: Catalogue,
    labelset: LabelSet,
    item_ids: list[str],
    *names: str,
    person: str = "ann",
    outcome: LabelOutcome = LabelOutcome.LABELLED,
) -> LabelsAck:
    """A person's words, by class names."""
    return await catalogue.labels.give(
        NewLabels(
            labelset_id=labelset.labelset_id,
            person_id=person,
            item_ids=item_ids,
            outcome=outcome,
            class_ids=[classes(labelset)[name] for name in names],
            method=LabelMethod.MENU,
            channel_ids=None,
        )
    )


async def counting(catalogue: Catalogue, labelset: LabelSet) -> dict[tuple[str, str], list[str]]:
    """The class names that count, by item and person."""
    names = {each.class_id: each.name for each in labelset.classes}
    page = await catalogue.labels.page(labelset.labelset_id)
    return {
        (label.item_id, label.person_id): [names[each] for each in label.class_ids]
        for label in page.labels
    }


async def test_the_latest_word_counts_and_undo_gives_back_the_one_before(
    catalogue: Catalogue,
) -> None:
    """Broken: a second thought counts twice, or taking it back loses the first."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    await say(catalogue, pets, [item], "Cat")
    await say(catalogue, pets, [item], "Dog")
    assert await counting(catalogue, pets) == {(item, "ann"): ["Dog"]}
    undo = UndoRequest(labelset_id=pets.labelset_id, person_id="ann")
    assert (await catalogue.labels.undo(undo)).item_ids == [item]
    assert await counting(catalogue, pets) == {(item, "ann"): ["Cat"]}
    await catalogue.labels.undo(undo)
    assert await counting(catalogue, pets) == {}
    assert (await catalogue.labels.undo(undo)).item_ids == []


async def test_a_batch_is_undone_as_one(catalogue: Catalogue) -> None:
    """Broken: undoing 'label these 12' takes back one of them."""
    items = await pictures(catalogue, 12)
    pets = await catalogue.labelsets.create(PETS)
    ack = await say(catalogue, pets, items, "Cat")
    await say(catalogue, pets, items[:1], "Dog")
    answer = await catalogue.labels.undo(
        UndoRequest(labelset_id=pets.labelset_id, person_id="ann", batch_id=ack.batch_id)
    )
    assert sorted(answer.item_ids) == sorted(items)
    assert await counting(catalogue, pets) == {(items[0], "ann"): ["Dog"]}


async def test_two_labellers_at_once_both_count(catalogue: Catalogue) -> None:
    """Broken: the slower of two clicks is lost, or one person's double click counts twice."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    await asyncio.gather(
        *(
            say(catalogue, pets, [item], name, person=person)
            for name, person in (("Cat", "ann"), ("Dog", "bob"), ("Cat", "ann"))
        )
    )
    said = await counting(catalogue, pets)
    assert said == {(item, "ann"): ["Cat"], (item, "bob"): ["Dog"]}
    assert len((await catalogue.labels.page(pets.labelset_id)).labels) == 2


async def test_what_cannot_be_labelled_is_refused_by_itself(catalogue: Catalogue) -> None:
    """Broken: one deleted picture among twelve loses the labels of the other eleven."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    words = await catalogue.items.put(text("no picture", place("words")))
    ack = await say(catalogue, pets, [item, "gone", words.item_id], "Cat")
    assert ack.labelled == 1
    reasons = {each.item_id: each.reason for each in ack.refused}
    assert "not in the library" in reasons["gone"]
    assert "about images" in reasons[words.item_id]


async def test_a_hidden_item_looks_like_one_that_is_gone(catalogue: Catalogue) -> None:
    """Broken: guessing ids tells an outsider what hidden channels hold."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    hidden = NewLabels(
        labelset_id=pets.labelset_id,
        person_id="eve",
        item_ids=[item, "gone"],
        class_ids=[classes(pets)["Cat"]],
        method=LabelMethod.MENU,
        channel_ids=["elsewhere"],
    )
    refused = (await catalogue.labels.give(hidden)).refused
    assert [each.reason for each in refused] == ["It is not in the library (any more)."] * 2


async def test_classes_must_fit_the_set(catalogue: Catalogue) -> None:
    """Broken: a picture is a cat and a dog in a set that takes one, or nothing at all."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    with pytest.raises(BadRequest, match="one class an item"):
        await say(catalogue, pets, [item], "Cat", "Dog")
    with pytest.raises(BadRequest, match="names a class"):
        await say(catalogue, pets, [item])
    with pytest.raises(BadRequest, match="names no class"):
        await say(catalogue, pets, [item], "Cat", outcome=LabelOutcome.SKIPPED)


async def test_only_named_roles_may_label(catalogue: Catalogue) -> None:
    """Broken: whoever lost the labelling role labels on."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS.model_copy(update={"labeller_ids": ["vets"]}))
    said = NewLabels(
        labelset_id=pets.labelset_id,
        person_id="ann",
        item_ids=[item],
        class_ids=[classes(pets)["Cat"]],
        method=LabelMethod.SESSION,
        channel_ids=None,
        labeller_ids=["ann", "everyone"],
    )
    with pytest.raises(Forbidden, match="may not label"):
        await catalogue.labels.give(said)
    await catalogue.labels.give(said.model_copy(update={"labeller_ids": ["ann", "vets"]}))
    assert await counting(catalogue, pets) == {(item, "ann"): ["Cat"]}


async def test_merging_moves_what_counts_and_keeps_what_was_said(catalogue: Catalogue) -> None:
    """Broken: merging 'kitten' into 'cat' loses labels, or who said kitten."""
    items = await pictures(catalogue, 3)
    new = PETS.model_copy(update={"classes": [*PETS.classes, NewLabelClass(name="Kitten")]})
    pets = await catalogue.labelsets.create(new)
    await say(catalogue, pets, items[:1], "Kitten")
    await say(catalogue, pets, items[1:2], "Cat")
    ids = classes(pets)
    pets = await catalogue.labelsets.merge_class(
        pets.labelset_id, ids["Kitten"], MergeRequest(into=ids["Cat"], asked_by="erin")
    )
    counts = {each.name: each.labels for each in pets.classes}
    assert counts == {"Cat": 2, "Dog": 0, "Kitten": 0}
    assert (await counting(catalogue, pets))[items[0], "ann"] == ["Kitten"]
    voted = await catalogue.votes.of(pets.labelset_id)
    assert {vote.class_ids for item in voted.items for vote in item.votes} == {(ids["Cat"],)}
    with pytest.raises(BadRequest, match="in use"):
        await catalogue.labelsets.merge_class(
            pets.labelset_id, ids["Dog"], MergeRequest(into=ids["Kitten"])
        )
    latest = (await catalogue.labelsets.history(pets.labelset_id)).changes[0]
    assert (latest.action, latest.before, latest.after, latest.actor_id) == (
        LabelSetAction.CLASS_MERGED,
        "Kitten",
        "Cat",
        "erin",
    )


async def test_renaming_keeps_labels_and_names_stay_unique(catalogue: Catalogue) -> None:
    """Broken: a class with a better name has lost its labels, or two classes look the same."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    await say(catalogue, pets, [item], "Cat")
    renamed = await catalogue.labelsets.update_class(
        pets.labelset_id, classes(pets)["Cat"], LabelClassUpdate(name='😺 "cats" & co')
    )
    assert {each.name: each.labels for each in renamed.classes}['😺 "cats" & co'] == 1
    with pytest.raises(Conflict, match="already"):
        await catalogue.labelsets.add_class(
            pets.labelset_id, NewLabelClass(name="dOG"), asked_by="erin"
        )
    with pytest.raises(Conflict, match="already"):
        await catalogue.labelsets.create(PETS.model_copy(update={"name": "pets"}))


async def test_an_archived_set_takes_no_labels_and_comes_back_whole(catalogue: Catalogue) -> None:
    """Broken: archiving deletes, or old cards go on labelling."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    await say(catalogue, pets, [item], "Cat")
    await catalogue.labelsets.update(pets.labelset_id, LabelSetUpdate(archived=True))
    assert (await catalogue.labelsets.page("lib")).labelsets == []
    with pytest.raises(BadRequest, match="archived"):
        await say(catalogue, pets, [item], "Dog")
    await catalogue.labelsets.update(pets.labelset_id, LabelSetUpdate(archived=False))
    [back] = (await catalogue.labelsets.page("lib")).labelsets
    assert {each.name: each.labels for each in back.classes} == {"Cat": 1, "Dog": 0}


async def test_sets_are_paged_by_name(catalogue: Catalogue) -> None:
    """Broken: a server with many sets sees only some."""
    for name in ("c", "A", "b"):
        await catalogue.labelsets.create(PETS.model_copy(update={"name": name}))
    first = await catalogue.labelsets.page("lib", limit=2)
    rest = await catalogue.labelsets.page("lib", cursor=first.next_cursor, limit=2)
    names = [each.name for each in first.labelsets + rest.labelsets]
    assert (names, rest.next_cursor) == (["A", "b", "c"], None)


async def test_votes_say_who_may_be_learnt_from(catalogue: Catalogue) -> None:
    """Broken: a model learns from the picture of somebody who said no."""
    [item] = await pictures(catalogue, 1, author_id="paul")
    pets = await catalogue.labelsets.create(PETS)
    await say(catalogue, pets, [item], "Cat")
    before = await catalogue.votes.of(pets.labelset_id)
    assert (before.training_enabled, before.items[0].author_consent) == (False, None)
    await catalogue.people.update("lib", "paul", PersonUpdate(training_consent=False))
    await catalogue.training.put("lib", TrainingUpdate(enabled=True, asked_by="erin"))
    after = await catalogue.votes.of(pets.labelset_id)
    assert (after.training_enabled, after.items[0].author_consent) == (True, False)
    assert before.version != after.version == await catalogue.votes.version(pets.labelset_id)


async def test_labels_of_another_version_count_no_more(catalogue: Catalogue) -> None:
    """Broken: a message edited into something else keeps the label of what it said before."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    await say(catalogue, pets, [item], "Cat")
    before = await catalogue.votes.version(pets.labelset_id)
    await catalogue.items.put(picture(b"other", place("0")))
    assert await catalogue.votes.version(pets.labelset_id) != before
    assert (await catalogue.labels.page(pets.labelset_id)).labels[0].stale
    assert (await catalogue.votes.of(pets.labelset_id)).items == []


async def test_forgetting_a_person_takes_their_labels_and_those_of_their_pictures(
    catalogue: Catalogue,
) -> None:
    """Broken: forget-me leaves what somebody said, or what was said of their pictures."""
    [item] = await pictures(catalogue, 1, author_id="paul")
    pets = await catalogue.labelsets.create(PETS)
    await say(catalogue, pets, [item], "Cat", person="ann")
    assert (await catalogue.people.get("lib", "ann")).labels == 1
    other = await catalogue.items.put(picture(b"other", place("9")))
    await say(catalogue, pets, [other.item_id], "Dog", person="paul")
    for _ in range(2):
        await catalogue.items.forget(ForgetRequest(library_id="lib", author_id="paul"), limit=10)
    assert await counting(catalogue, pets) == {}
    assert (await catalogue.people.get("lib", "paul")).labels == 0


async def test_two_people_never_hold_the_same_card(catalogue: Catalogue) -> None:
    """Broken: eight labellers at once all label the same picture."""
    [item] = await pictures(catalogue, 1)
    pets = await catalogue.labelsets.create(PETS)
    ann, bob = (
        CardRequest(labelset_id=pets.labelset_id, person_id=person, channel_ids=None)
        for person in ("ann", "bob")
    )
    card = (
        await catalogue.cards.opened(ann),
        await catalogue.cards.open(ann, OpenCard(item, Draw.RANDOM)),
    )
    assert card == (None, True)
    assert not await catalogue.cards.open(bob, OpenCard(item, Draw.RANDOM))
    await say(catalogue, pets, [item], "Cat")
    assert await catalogue.cards.open(bob, OpenCard(item, Draw.RANDOM))


async def test_a_reaction_means_one_class_in_a_channel(catalogue: Catalogue) -> None:
    """Broken: rebinding an emoji labels twice, or a foreign class can be bound."""
    pets = await catalogue.labelsets.create(PETS)
    ids = classes(pets)
    for name in ("Cat", "Dog"):
        await catalogue.reactions.bind(
            ReactionBinding(
                library_id="lib",
                channel_id="c",
                emoji="🐶",
                labelset_id=pets.labelset_id,
                class_id=ids[name],
            )
        )
    [binding] = (await catalogue.reactions.of("lib")).bindings
    assert binding.class_id == ids["Dog"]
    with pytest.raises(BadRequest, match="no such class"):
        await catalogue.reactions.bind(binding.model_copy(update={"library_id": "other"}))
    await catalogue.reactions.unbind("lib", "c", "🐶")
    assert (await catalogue.reactions.of("lib")).bindings == []


async def test_an_unknown_set_is_a_clear_error(catalogue: Catalogue) -> None:
    """Broken: a card of a set long gone is a server error."""
    with pytest.raises(NotFound, match="no such label set"):
        await catalogue.labelsets.get("nowhere")
