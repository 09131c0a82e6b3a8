"""`/labels suggest`: sure guesses, accepted all at once; none of them a label by itself."""

from __future__ import annotations

from bot.standin.components import walk
from bot.standin.world import Message
from engine.schemas import ItemKind, LabelMethod, LabelOutcome, LabelSet, Suggestion
from tests.bot.conftest import PICTURE, FakeChat
from tests.bot.fake_classifier import ANSWER
from tests.bot.features.labels.sets import animals, given, posts
from tests.bot.reading import buttons_of, text_of


def sure(chat: FakeChat, labelset: LabelSet, probability: float = 0.97) -> None:
    """Makes the classifier call everything a cat."""
    cat = labelset.classes[0]
    choice = Suggestion(class_id=cat.class_id, name=cat.name, probability=probability)
    chat.engine.classifier.answer = ANSWER.model_copy(update={"choices": [choice]})


async def suggest(chat: FakeChat, labelset: LabelSet, name: str = "Erin") -> Message:
    """The answer to somebody's `/labels suggest`."""
    asked = await chat.person(name).slash(
        "general", "labels suggest", {"set": labelset.labelset_id}
    )
    return await asked.answer()


async def test_guesses_are_accepted_all_at_once(chat: FakeChat) -> None:
    """What the classifier knows already would have to be clicked one by one."""
    await posts(chat, 3)
    labelset = animals(chat)
    sure(chat, labelset)
    page = await suggest(chat, labelset)
    assert "**cat** · 97% sure" in text_of(page)
    assert given(chat) == [], "a suggestion is no label"
    last = next(iter(chat.engine.items))
    [choices] = [part for part in walk(page.components) if part["type"] == 3]
    kept = [option["value"] for option in choices["options"] if option["value"] != last]
    await chat.person("Erin").select(page, kept)
    await chat.standin.until(lambda: "Accept 2" in buttons_of(page))
    await chat.person("Erin").click(page, "Accept 2")
    await chat.standin.until(lambda: "Labelled 2 texts" in text_of(page))
    assert sorted((said, names) for said, _, names in given(chat)) == [
        ("text number 1", ["cat"]),
        ("text number 2", ["cat"]),
    ]
    labels = chat.engine.labels.counting(labelset.labelset_id)
    assert {each.method for each in labels} == {LabelMethod.SUGGESTION}
    assert "text number 0" in text_of(page), "what is left is suggested next"
    await chat.person("Erin").click(page, "Undo")
    await chat.standin.until(lambda: "Took back the labels of 2 texts" in text_of(page))
    assert given(chat) == []


async def test_only_what_is_sure_is_suggested(chat: FakeChat) -> None:
    """Doubtful guesses would be accepted by the dozen."""
    await posts(chat, 1)
    labelset = animals(chat)
    sure(chat, labelset, 0.8)
    page = await suggest(chat, labelset)
    assert "Nothing without a label that I am at least 90% sure of" in text_of(page)
    assert buttons_of(page) == []


async def test_what_is_labelled_or_hidden_is_not_suggested(chat: FakeChat) -> None:
    """Labels would be given twice, or to what the person may not read."""
    await chat.remember(
        ("Alice", "leads", PICTURE),
        ("Alice", "general", PICTURE + b"2"),
        ("Alice", "general", PICTURE + b"3"),
    )
    labelset = animals(chat, kind=ItemKind.IMAGE, labeller_ids=[chat.person("Bob").id])
    sure(chat, labelset)
    page = await suggest(chat, labelset, "Bob")
    assert len(page.attachments) == 2
    await chat.person("Bob").click(page, "Accept 2")
    await chat.standin.until(lambda: "Labelled 2 pictures" in text_of(page))
    assert "Nothing without a label" in text_of(page)
    assert [outcome for _, outcome, _ in given(chat)] == [LabelOutcome.LABELLED] * 2


async def test_role_lost_meanwhile(chat: FakeChat) -> None:
    """Somebody who was removed from the team could still accept a page of guesses."""
    await posts(chat, 1)
    labelset = animals(chat, labeller_ids=[chat.standin.admin.role("Leads").id])
    sure(chat, labelset)
    page = await suggest(chat, labelset, "Alice")
    chat.standin.admin.set_roles(chat.person("Alice").id, [])
    asked = await chat.person("Alice").click(page, "Accept 1")
    await chat.standin.until(lambda: asked.follow_ups)
    assert "one of the roles that may label" in text_of(asked.follow_ups[0])
    assert given(chat) == []
