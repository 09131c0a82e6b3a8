"""`/labels session`: one card after the other, each answered by one click."""

from __future__ import annotations

import pytest

from bot.standin.asked import Asked
from bot.standin.components import walk
from bot.standin.world import Message
from engine.client import EngineClient
from engine.schemas import (
    ItemKind,
    LabelClass,
    LabelMethod,
    LabelOutcome,
    NewLabels,
    Problem,
    Suggestion,
)
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.features.labels.sets import ANIMALS, animals, given, posts
from tests.bot.reading import buttons_of, text_of


async def session(chat: FakeChat, name: str = "Erin", channel: str = "general") -> Message:
    """The first card of a person's session in the one set there is."""
    [labelset] = chat.engine.labels.sets.values()
    asked = await chat.person(name).slash(channel, "labels session", {"set": labelset.labelset_id})
    return await asked.answer()


async def press(chat: FakeChat, card: Message, label: str, name: str = "Erin") -> Asked:
    """Presses a button and waits until the bot has reacted."""
    asked = await chat.person(name).click(card, label)
    await asked.acknowledged()
    return asked


def class_buttons(card: Message) -> dict[str, int]:
    """The styles of the buttons of classes, by label."""
    return {
        part["label"]: part["style"]
        for part in walk(card.components)
        if part["type"] == 2 and part["custom_id"].startswith("label:c:")
    }


async def test_one_click_labels_and_shows_the_next(chat: FakeChat) -> None:
    """Labelling would take more than a click an item, or lose what was said."""
    await posts(chat, 3)
    animals(chat)
    card = await session(chat)
    assert card.is_ephemeral
    assert "text number 0" in text_of(card)
    assert "the classifier cannot decide" in text_of(card)
    assert "0 by you · 0 of 3 labelled by the team" in text_of(card)
    asked = await press(chat, card, "cat")
    assert asked.response is card, "the same message shows the next card"
    assert "text number 1" in text_of(card)
    assert "1 by you · 1 of 3 labelled by the team" in text_of(card)
    assert given(chat) == [("text number 0", LabelOutcome.LABELLED, ["cat"])]


async def test_one_click_is_one_request_to_discord(chat: FakeChat) -> None:
    """The next card would come later than it could."""
    await posts(chat, 2)
    animals(chat)
    card = await session(chat)
    before = len(chat.standin.requests)
    await press(chat, card, "cat")
    assert len(chat.standin.requests) == before + 1


async def test_picture_is_shown(chat: FakeChat) -> None:
    """A labeller would have to open the message to see what to label."""
    await chat.remember(("Alice", "general", PICTURE))
    animals(chat, kind=ItemKind.IMAGE)
    card = await session(chat)
    assert [part["type"] for part in walk(card.components)].count(12) == 1
    assert len(card.attachments) == 1


async def test_document_is_named(chat: FakeChat) -> None:
    """A labeller would judge a document by its first words alone."""
    await chat.watch("general")
    await chat.person("Alice").say("general", files=[("minutes_of_may.txt", b"We met.")])
    await chat.until(lambda: chat.engine.items)
    animals(chat)
    assert "📄 **minutes\\_of\\_may.txt**" in text_of(await session(chat))


async def test_guess_is_marked(chat: FakeChat) -> None:
    """What the classifier knows already would not speed labelling up."""
    await posts(chat, 1)
    labelset = animals(chat)
    dog = labelset.classes[1]
    [item_id] = chat.engine.items
    chat.engine.labels.guesses[item_id] = [
        Suggestion(class_id=dog.class_id, name="dog", probability=0.83)
    ]
    card = await session(chat)
    assert "I guess: dog 83%" in text_of(card)
    assert class_buttons(card) == {"cat": 2, "dog": 1, "bird": 2}


AWKWARD = ("🐈‍⬛ night cat", 'the "quoted" one', "x" * 100, "*bold* `code` | pipe")


async def test_sixty_classes_of_any_name(chat: FakeChat) -> None:
    """A set with more classes than Discord has buttons could not be labelled for."""
    await posts(chat, 3)
    labelset = animals(chat, *AWKWARD, *(f"class {n}" for n in range(56)))
    first = next(iter(chat.engine.items))
    chat.engine.labels.guesses[first] = [
        Suggestion(class_id=each.class_id, name=each.name, probability=0.2)
        for each in labelset.classes[:4]
    ]
    card = await session(chat)
    assert list(class_buttons(card)) == [*AWKWARD[:2], "x" * 79 + "…", AWKWARD[3]]
    await press(chat, card, "x" * 79 + "…")
    assert class_buttons(card) == {}
    lists = [part for part in walk(card.components) if part["type"] == 3]
    assert sorted(option["label"] for each in lists for option in each["options"]) == sorted(
        each.name for each in labelset.classes
    )
    for name in (AWKWARD[1], "class 55"):
        await choose(chat, card, name)
    assert given(chat) == [
        ("text number 0", LabelOutcome.LABELLED, ["x" * 100]),
        ("text number 1", LabelOutcome.LABELLED, [AWKWARD[1]]),
        ("text number 2", LabelOutcome.LABELLED, ["class 55"]),
    ]


async def choose(chat: FakeChat, card: Message, name: str) -> None:
    """Chooses a class in whichever list of a card has it."""
    found = [
        (part["custom_id"], option["value"])
        for part in walk(card.components)
        if part["type"] == 3
        for option in part["options"]
        if option["label"] == name
    ]
    [(custom_id, value)] = found
    await (await chat.person("Erin").select(card, [value], custom_id)).acknowledged()


async def test_classes_beyond_one_page(chat: FakeChat) -> None:
    """The classes that do not fit on a card could not be given."""
    await posts(chat, 1)
    animals(chat, *(f"class {n:03}" for n in range(130)))
    card = await session(chat)
    with pytest.raises(ValueError, match="not enough values"):
        await choose(chat, card, "class 120")
    await press(chat, card, "Classes, page 2 of 2")
    assert "text number 0" in text_of(card)
    await choose(chat, card, "class 120")
    assert given(chat) == [("text number 0", LabelOutcome.LABELLED, ["class 120"])]


@pytest.mark.parametrize("more", [0, 30])
async def test_several_classes_where_the_set_allows_them(chat: FakeChat, more: int) -> None:
    """An item that shows a cat and a dog could only be said to show one."""
    await posts(chat, 1)
    animals(chat, *ANIMALS, *(f"z{n}" for n in range(more)), multi_label=True)
    card = await session(chat)
    for name in ANIMALS:
        await (press(chat, card, name) if not more else choose(chat, card, name))
    assert [label for label, style in class_buttons(card).items() if style == 3] == list(ANIMALS)
    await press(chat, card, "dog")
    assert given(chat) == []
    await press(chat, card, "Save 2")
    assert given(chat) == [("text number 0", LabelOutcome.LABELLED, ["cat", "bird"])]


async def test_skip_unsure_and_undo(chat: FakeChat) -> None:
    """Whoever does not know, or slipped, would have to say something wrong."""
    await posts(chat, 4)
    animals(chat)
    card = await session(chat)
    for label in ("Skip", "Unsure", "dog"):
        await press(chat, card, label)
    said = [
        ("text number 0", LabelOutcome.SKIPPED, []),
        ("text number 1", LabelOutcome.UNSURE, []),
        ("text number 2", LabelOutcome.LABELLED, ["dog"]),
    ]
    assert given(chat) == said
    await press(chat, card, "Undo")
    assert "Taken back" in text_of(card)
    assert "text number 2" in text_of(card)
    assert given(chat) == said[:2]
    await press(chat, card, "Undo")
    assert "text number 1" in text_of(card)
    assert given(chat) == said[:1]
    await press(chat, card, "cat")
    assert given(chat) == [said[0], ("text number 1", LabelOutcome.LABELLED, ["cat"])]


async def test_undo_leaves_what_was_not_said_in_a_session(chat: FakeChat) -> None:
    """One press would take back twelve labels that were given to a gallery."""
    await posts(chat, 2)
    labelset = animals(chat)
    bulk = NewLabels(
        labelset_id=labelset.labelset_id,
        person_id=chat.person("Erin").id,
        item_ids=list(chat.engine.items)[:1],
        class_ids=[labelset.classes[0].class_id],
        method=LabelMethod.BULK,
        channel_ids=[chat.standin.admin.channel("general").id],
    )
    async with EngineClient(chat.engine.url, chat.engine.token) as engine:
        await engine.labels.give(bulk)
    card = await session(chat)
    await press(chat, card, "Undo")
    assert "nothing of yours to take back" in text_of(card)
    assert "text number 1" in text_of(card)
    assert given(chat) == [("text number 0", LabelOutcome.LABELLED, ["cat"])]


async def test_double_click_labels_once(chat: FakeChat) -> None:
    """The second click of a double click would label the next card unseen."""
    await posts(chat, 3)
    animals(chat)
    card = await session(chat)
    clicks = [await chat.person("Erin").click(card, "cat") for _ in range(2)]
    for asked in clicks:
        await asked.acknowledged()
    await chat.standin.until(lambda: "text number 1" in text_of(card))
    assert given(chat) == [("text number 0", LabelOutcome.LABELLED, ["cat"])]
    assert chat.engine.log.count("POST /v1/labels") == 1


async def test_card_from_before_a_restart_works(chat: FakeChat) -> None:
    """A restart of the bot would end every session, with buttons that only fail."""
    await posts(chat, 3)
    animals(chat)
    card = await session(chat)
    await press(chat, card, "cat")
    await chat.restart_bot()
    await press(chat, card, "dog")
    assert "text number 2" in text_of(card)
    assert [names for _, _, names in given(chat)] == [["cat"], ["dog"]]
    again = await session(chat)
    assert "text number 2" in text_of(again), "a new session goes on where the old one was"


async def test_role_lost_in_mid_session(chat: FakeChat) -> None:
    """Somebody who was removed from the team could go on labelling."""
    await posts(chat, 2)
    leads = chat.standin.admin.role("Leads").id
    animals(chat, labeller_ids=[leads])
    card = await session(chat, "Alice")
    chat.standin.admin.set_roles(chat.person("Alice").id, [])
    asked = await press(chat, card, "cat", "Alice")
    assert "one of the roles that may label" in text_of(await asked.answer())
    assert given(chat) == []


async def test_who_may_not_label_gets_no_card(chat: FakeChat) -> None:
    """Anybody could label for a set that is meant for moderators."""
    await posts(chat, 1)
    animals(chat)
    told = text_of(await session(chat, "Bob"))
    assert "you need the permission Manage Messages" in told
    assert "text number" not in told


async def test_item_deleted_meanwhile(chat: FakeChat) -> None:
    """The session would be stuck on something that is gone."""
    await posts(chat, 2)
    animals(chat)
    card = await session(chat)
    gone = next(iter(chat.engine.items))
    del chat.engine.items[gone]
    await press(chat, card, "cat")
    assert "does not exist any more" in text_of(card)
    assert "text number 1" in text_of(card)
    assert given(chat) == []


async def test_channel_closed_meanwhile(chat: FakeChat) -> None:
    """A session would go on showing a channel that its labeller may no longer read."""
    await posts(chat, 2, "leads")
    await posts(chat, 1, "incidents")
    alice = chat.person("Alice").id
    animals(chat, labeller_ids=[alice])
    card = await session(chat, "Alice")
    assert "0 of 3" in text_of(card)
    chat.standin.admin.set_roles(alice, [])
    await press(chat, card, "cat", "Alice")
    assert chat.standin.admin.channel("incidents").id in text_of(card)
    assert given(chat) == []


async def test_everything_is_answered(chat: FakeChat) -> None:
    """A session would end with an error, or without a word on what to do next."""
    await posts(chat, 1)
    animals(chat)
    card = await session(chat)
    await press(chat, card, "cat")
    assert "answered everything" in text_of(card)
    assert "1 by you · 1 of 1 labelled by the team" in text_of(card)
    assert "What helps next" in text_of(card)
    assert buttons_of(card) == ["Undo"]
    await press(chat, card, "Undo")
    assert "text number 0" in text_of(card)


async def test_nothing_to_label(chat: FakeChat) -> None:
    """A team that has not watched a channel yet would believe that it is done."""
    await posts(chat, 1)
    animals(chat, kind=ItemKind.IMAGE)
    told = text_of(await session(chat))
    assert "I remember no pictures that you may read" in told
    assert "library watch" in told


async def test_class_archived_or_merged_meanwhile(chat: FakeChat) -> None:
    """An old card would give a class that is no longer meant, or fail."""
    await posts(chat, 2)
    labelset = animals(chat)
    cat, dog, bird = labelset.classes
    card = await session(chat)
    changed: list[LabelClass] = [
        cat.model_copy(update={"archived": True}),
        dog.model_copy(update={"merged_into": bird.class_id}),
        bird,
    ]
    chat.engine.labels.sets[labelset.labelset_id] = labelset.model_copy(update={"classes": changed})
    await chat.person("Erin").click(card, "dog")
    await chat.standin.until(lambda: "text number 1" in text_of(card))
    assert given(chat) == [("text number 0", LabelOutcome.LABELLED, ["bird"])]
    assert list(class_buttons(card)) == ["bird"]


async def test_slow_engine_does_not_lose_the_click(chat: FakeChat) -> None:
    """Discord would call the click failed after three seconds, and the label be stored."""
    await posts(chat, 2)
    animals(chat)
    card = await session(chat)
    chat.engine.labels.gate.clear()
    asked = await press(chat, card, "cat")
    assert given(chat) == []
    chat.engine.labels.gate.set()
    await chat.standin.until(lambda: "text number 1" in text_of(card))
    assert asked.follow_ups == []


async def test_engine_away_keeps_the_card(chat: FakeChat) -> None:
    """An outage would cost the card, or pass in silence."""
    await posts(chat, 2)
    animals(chat)
    card = await session(chat)
    chat.engine.problem = Problem(title="x", status=503, detail="x", code="not_ready")
    asked = await press(chat, card, "cat")
    assert "warming up" in text_of(await asked.answer())
    chat.engine.problem = None
    await press(chat, card, "cat")
    assert "text number 1" in text_of(card)
