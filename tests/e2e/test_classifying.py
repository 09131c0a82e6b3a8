"""What the team has labelled says what a new picture is, to each within what they may see."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from bot.standin.world import Message
from engine.schemas import (
    ItemKind,
    LabelMethod,
    LabelSet,
    NewLabelClass,
    NewLabels,
    NewLabelSet,
    PersonUpdate,
    TrainingUpdate,
)
from tests.bot.standin_page.chat_page import ChatPage, chromium
from tests.e2e.conftest import RealChat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FOOD = ("a-slice-of-pizza", "sushi-for-lunch", "three-hamburgers", "a-bowl-of-noodles")
ANIMALS = ("two-cats-on-a-sofa", "a-parrot-in-the-jungle", "a-penguin-on-ice")
SECRET_ANIMAL = "a-fox-in-the-snow"
ASKED = "a-dog-in-a-meadow"


async def labelled(chat: RealChat, labelset: LabelSet, posts: dict[str, list[Message]]) -> None:
    """Has Alice label what she posted, by class."""
    items = [item async for item in chat.engine.items(chat.library)]
    for each in labelset.classes:
        message_ids = {message.id for message in posts[each.name]}
        await chat.engine.labels.give(
            NewLabels(
                labelset_id=labelset.labelset_id,
                person_id=chat.person("Alice").id,
                item_ids=[i.item_id for i in items if i.place.message_id in message_ids],
                class_ids=[each.class_id],
                method=LabelMethod.MENU,
                channel_ids=None,
            )
        )


async def asked_by(page: ChatPage, text: str) -> Locator:
    """The answer to **What is this?** on the message with a text."""
    await page.use_menu(page.message(text), "What is this?")
    answer = page.message("I take this for")
    await expect(answer).to_be_visible()
    return answer


async def test_examples_explain_within_what_the_asker_may_see(chat: RealChat) -> None:
    """A guess could not be judged, or it would show pictures of a private channel."""
    await chat.watch("general", "leads")
    posts = {
        "food": [await chat.post("Alice", "general", slug) for slug in FOOD],
        "animal": [await chat.post("Alice", "general", slug) for slug in ANIMALS],
    }
    posts["animal"].append(await chat.post("Alice", "leads", SECRET_ANIMAL))
    await chat.post("Carol", "general", ASKED, text="who is that?")
    await chat.searchable(10)
    alice = chat.person("Alice").id
    await chat.engine.set_training(chat.library, TrainingUpdate(enabled=True))
    await chat.engine.update_person(chat.library, alice, PersonUpdate(training_consent=True))
    labelset = await chat.engine.labels.create(
        NewLabelSet(
            library_id=chat.library,
            name="Food or animal?",
            kind=ItemKind.IMAGE,
            classes=[NewLabelClass(name=name) for name in posts],
        )
    )
    await labelled(chat, labelset, posts)
    secret = chat.standin.admin.channel("leads").id
    async with chromium() as browser:
        shown: dict[str, list[str]] = {}
        for name in ("Bob", "Alice"):
            page = await ChatPage.open(browser, chat.standin.url, name)
            answer = await asked_by(page, "who is that?")
            await expect(answer).to_contain_text("I take this for animal")
            await expect(answer.get_by_test_id("thumbnail")).to_have_count(3)
            links = await answer.get_by_role("link", name="jump").all()
            shown[name] = [str(await link.get_attribute("href")) for link in links]
            assert page.problems == []
            await page.close()
    assert not any(secret in link for link in shown["Bob"])
    assert any(secret in link for link in shown["Alice"])
