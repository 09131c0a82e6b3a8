"""`/classify` and **What is this?**: an answer with reasons, and a click that labels."""

from __future__ import annotations

from typing import Any

import pytest

from bot.standin.components import walk
from bot.standin.world import Message
from engine.schemas import (
    ItemKind,
    LabelMethod,
    LabelSet,
    NearestExample,
    NewLabelClass,
    NewLabelSet,
    Suggestion,
)
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.fake_classifier import ANSWER
from tests.bot.reading import buttons_of, text_of


def animals(chat: FakeChat, name: str = "Animals", **more: Any) -> LabelSet:
    """A label set about pictures, whose classes the classifier names."""
    labelset = chat.engine.labels.add_set(
        NewLabelSet(
            library_id=chat.standin.world.guild.id,
            name=name,
            classes=[NewLabelClass(name="cat"), NewLabelClass(name="dog")],
            **({"kind": ItemKind.IMAGE} | more),
        )
    )
    choices = [
        Suggestion(class_id=each.class_id, name=each.name, probability=probability)
        for each, probability in zip(labelset.classes, (0.83, 0.12), strict=True)
    ]
    chat.engine.classifier.answer = ANSWER.model_copy(update={"choices": choices})
    return labelset


async def classify(chat: FakeChat, name: str = "Bob", **options: Any) -> Message:
    """The answer to a person's `/classify`."""
    return await (await chat.person(name).slash("general", "classify", options)).answer()


async def what_is(chat: FakeChat, message: Message, name: str = "Bob") -> Message:
    """The answer to **What is this?** on a message."""
    return await (await chat.person(name).menu(message, "What is this?")).answer()


async def test_names_alone_are_enough(chat: FakeChat) -> None:
    """Nobody could try it before a label set is made and filled."""
    answer = await classify(chat, text="it purrs", classes="cat, dog,, cat ,a bird")
    [asked] = chat.engine.classifier.asked
    assert (asked.text, asked.class_names) == ("it purrs", ["cat", "dog", "a bird"])
    told = text_of(answer)
    assert answer.is_ephemeral
    assert "I take this for **cat**" in told
    assert "▰▰▰▰▰▰▰▰▱▱ **83%** cat" in told
    assert "**5%** none of these" in told
    assert "By the names alone; labels would help." in told


async def test_the_only_set_is_taken(chat: FakeChat) -> None:
    """Whoever has one label set would be asked which every time."""
    labelset = animals(chat)
    await classify(chat, image=("mine.png", PICTURE))
    [asked] = chat.engine.classifier.asked
    assert asked.labelset_id == labelset.labelset_id
    assert chat.engine.classifier.pictures == [PICTURE]


async def test_of_several_sets_one_is_asked_for(chat: FakeChat) -> None:
    """An answer would come from a set that the person did not mean."""
    first = animals(chat, "Animals")
    animals(chat, "Weather")
    animals(chat, "Tone of a message", kind=ItemKind.TEXT)
    answer = await classify(chat, image=("mine.png", PICTURE))
    [choices] = [part for part in walk(answer.components) if part["type"] == 3]
    assert [option["label"] for option in choices["options"]] == ["Animals", "Weather"]
    await chat.person("Bob").select(answer, [first.labelset_id])
    await chat.standin.until(lambda: "I take this for" in text_of(answer))
    assert chat.engine.classifier.asked[0].labelset_id == first.labelset_id


async def test_set_is_suggested_and_found_by_name(chat: FakeChat) -> None:
    """A person would have to know a set's id."""
    labelset = animals(chat)
    bob = chat.person("Bob")
    choices = await bob.autocomplete("general", "classify", "set", {"set": "anim"})
    assert choices == [{"name": "Animals", "value": labelset.labelset_id}]
    assert "I take this for" in text_of(
        await classify(chat, image=("mine.png", PICTURE), set="ANIMALS")
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "either an `image:` or a `text:`"),
        ({"text": "hello"}, "There is no label set for this yet"),
        ({"text": "hello", "classes": "one"}, "I need 2 to 100 names"),
        ({"text": "hello", "set": "Nothing"}, "I know no label set “Nothing”"),
        ({"text": "hello", "set": "Animals"}, "is about pictures"),
        ({"text": "hello", "set": "Animals", "classes": "a,b"}, "either a `set:` or `classes:`"),
    ],
)
async def test_what_cannot_be_answered_is_said(
    chat: FakeChat, options: dict[str, Any], sentence: str
) -> None:
    """A person would read an error, or wait for nothing."""
    animals(chat)
    assert sentence in text_of(await classify(chat, **options))
    assert chat.engine.classifier.asked == []


async def test_set_of_named_labellers_is_theirs(chat: FakeChat) -> None:
    """The name and classes of a private task would be told to everybody."""
    animals(chat, labeller_ids=[chat.standin.admin.role("Leads").id])
    image = ("mine.png", PICTURE)
    assert await chat.person("Bob").autocomplete("general", "classify", "set", {"set": ""}) == []
    assert "I know no label set" in text_of(await classify(chat, image=image, set="Animals"))
    assert "I take this for" in text_of(await classify(chat, "Alice", image=image, set="Animals"))


async def test_none_of_these(chat: FakeChat) -> None:
    """Everything would be called a cat or a dog."""
    animals(chat)
    chat.engine.classifier.answer = ANSWER.model_copy(update={"none_of_these": True})
    told = text_of(await classify(chat, image=("mine.png", PICTURE)))
    assert "None of these, as far as I can tell" in told


async def test_nearest_examples_are_shown_where_they_may_be_seen(chat: FakeChat) -> None:
    """An explanation would show pictures of a channel that is closed to the person."""
    await chat.remember(("Alice", "general", PICTURE), ("Alice", "leads", PICTURE + b"2"))
    animals(chat)
    nearest = [
        NearestExample(
            item_id=item.item_id, place=item.place, class_name="cat", similarity=0.9 - number / 10
        )
        for number, item in enumerate(chat.engine.items.values())
    ]
    answer = chat.engine.classifier.answer
    chat.engine.classifier.answer = answer.model_copy(update={"nearest": nearest})
    shown = await classify(chat, image=("mine.png", PICTURE))
    assert "1. **cat** · 90% alike" in text_of(shown)
    assert len(shown.attachments) == 1
    hidden = chat.standin.admin.channel("leads").id
    assert hidden not in text_of(shown)
    assert hidden not in (chat.engine.classifier.asked[0].channel_ids or [])
    assert f"GET /v1/items/{nearest[1].item_id}/thumbnail" not in chat.engine.log
    both = await classify(chat, "Alice", image=("mine.png", PICTURE))
    assert len(both.attachments) == 2


async def test_remembered_picture_is_labelled_by_one_click(chat: FakeChat) -> None:
    """Who sees that the guess is right would have to go through a menu to say so."""
    [posted] = await chat.remember(("Alice", "general", PICTURE))
    labelset = animals(chat)
    answer = await what_is(chat, posted, "Erin")
    [item_id] = chat.engine.items
    assert chat.engine.classifier.asked[0].item_id == item_id
    await chat.person("Erin").click(answer, "cat")
    await chat.standin.until(lambda: "You said that it is **cat**" in text_of(answer))
    [label] = chat.engine.labels.counting(labelset.labelset_id)
    assert (label.method, label.class_ids) == (
        LabelMethod.SUGGESTION,
        [labelset.classes[0].class_id],
    )
    await chat.person("Erin").click(answer, "Undo")
    await chat.standin.until(lambda: "cat" in buttons_of(answer))
    assert chat.engine.labels.counting(labelset.labelset_id) == []


async def test_only_labellers_are_offered_to_label(chat: FakeChat) -> None:
    """Buttons would be offered that only refuse."""
    [posted] = await chat.remember(("Alice", "general", PICTURE))
    animals(chat)
    assert buttons_of(await what_is(chat, posted)) == []


async def test_message_that_is_not_remembered(chat: FakeChat) -> None:
    """Only what is in the library could be asked about."""
    animals(chat)
    animals(chat, "Tone", kind=ItemKind.TEXT)
    alice = chat.person("Alice")
    picture = await alice.say("general", files=[("x.png", PICTURE)])
    await what_is(chat, picture)
    words = await alice.say("general", "how lovely")
    await what_is(chat, words)
    assert chat.engine.classifier.pictures == [PICTURE]
    assert chat.engine.classifier.asked[1].text == "how lovely"


async def test_message_with_nothing_to_classify(chat: FakeChat) -> None:
    """The menu would fail on a message that only holds a file."""
    posted = await chat.person("Alice").say("general", files=[("x.zip", b"PK")])
    assert "neither a picture nor words" in text_of(await what_is(chat, posted))
