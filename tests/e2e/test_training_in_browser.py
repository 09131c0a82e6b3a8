"""A team trains on what it has labelled, on the chat page, with the real engine and its worker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from bot.standin import Refused
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
from tests.bot.reading import text_of
from tests.bot.standin_page.chat_page import ChatPage, chromium
from tests.e2e.able_model import make_able
from tests.e2e.conftest import RealChat
from tests.engine_process import EngineProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

PATIENCE_MS = 300_000
"""The worker and each run are processes of their own, which load the models first."""

PLACES = ("sofa", "roof", "table", "wall", "stairs", "bed", "lawn", "car", "box", "rug", "bench")
TEXTS = {
    "cat": [f"the cat purrs and licks its whiskers on the {place}" for place in PLACES],
    "dog": [f"the dog barks and fetches the ball from the {place}" for place in PLACES],
}
LABELLED_BY_HAND = "my cat has caught a mouse"


@pytest.fixture(scope="module")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    """An engine for one server: only such a one may be switched to another encoder from there."""
    with EngineProcess(tmp_path_factory.mktemp("engine")) as engine:
        yield engine.start().ready()


async def team_set(chat: RealChat) -> LabelSet:
    """A set of texts by Alice, who labels them with her whole team, and agrees to training."""
    await chat.watch("general")
    for text in (LABELLED_BY_HAND, *TEXTS["cat"], *TEXTS["dog"]):
        await chat.person("Alice").say("general", text)
    await chat.searchable(1 + 2 * len(PLACES))
    await chat.engine.set_training(chat.library, TrainingUpdate(enabled=True, asked_by="erin"))
    alice = chat.person("Alice").id
    await chat.engine.update_person(chat.library, alice, PersonUpdate(training_consent=True))
    labelset = await chat.engine.labels.create(
        NewLabelSet(
            library_id=chat.library,
            name="Pets",
            kind=ItemKind.TEXT,
            classes=[NewLabelClass(name=name) for name in TEXTS],
            labeller_ids=[chat.standin.admin.role("Design").id],
        )
    )
    items = {item.text: item.item_id async for item in chat.engine.items(chat.library)}
    for each in labelset.classes:
        await chat.engine.labels.give(
            NewLabels(
                labelset_id=labelset.labelset_id,
                person_id=alice,
                item_ids=[items[text] for text in TEXTS[each.name]],
                class_ids=[each.class_id],
                method=LabelMethod.MENU,
                channel_ids=None,
            )
        )
    return labelset


def jobs_shown(page: ChatPage) -> Locator:
    """The messages that show jobs, oldest first."""
    return page.find("message").filter(has_text=re.compile(r"Training on Pets"))


async def start(page: ChatPage, methods: str) -> Locator:
    """Uses `/train start`; the message that shows the job."""
    shown = jobs_shown(page)
    before = await shown.count()
    await page.begin_command("train start")
    await page.find("option-input", option="set").press_sequentially("pe")
    await page.find("option-choice").filter(has_text="Pets").click()
    await page.find("option-add", option="methods").click()
    await page.find("option-input", option="methods").fill(methods)
    await page.find("send").click()
    await expect(shown).to_have_count(before + 1)
    return shown.nth(before)


async def command(page: ChatPage, name: str, option: str = "", value: str = "") -> None:
    """Uses a command with at most one option."""
    await page.begin_command(name)
    if option:
        await page.find("option-input", option=option).fill(value)
    await page.find("send").click()


async def promote_and_go_back(chat: RealChat, data_dir: Path, erin: ChatPage) -> None:
    """Has the model of the finished job search, and what was before search again."""
    [card] = (await chat.engine.models.models(chat.library)).models
    await command(erin, "models use", "model", "Pets")
    await expect(erin.message("cannot take over searching")).to_contain_text("changes no search")

    make_able(data_dir, card.model_id)
    await command(erin, "models use", "model", "Pets")
    asked = erin.message("Search texts with Pets")
    await asked.get_by_role("button", name="Use it").click()
    done = erin.message("Done: texts are searched with Pets")
    await expect(done).to_be_visible(timeout=PATIENCE_MS)
    found = await chat.search("Alice", "general", text="who purrs and licks its whiskers?")
    assert "the cat **purrs**" in text_of(found)

    await command(erin, "models list")
    listed = erin.message("What searches now")
    await expect(listed).to_contain_text("Texts are searched with Pets")
    await command(erin, "models rollback")
    back = erin.message("Texts are searched with").filter(has_text="all-MiniLM-L6-v2 again.")
    await expect(back).to_be_visible()
    found = await chat.search("Alice", "general", text="who barks and fetches the ball?")
    assert "the dog **barks**" in text_of(found)


async def test_a_team_trains_compares_promotes_and_goes_back(
    chat: RealChat, shared_engine: EngineProcess
) -> None:
    """A team could not learn from its labels in chat, or strangers could see and stop it."""
    await team_set(chat)
    async with chromium() as browser:
        alice = await ChatPage.open(browser, chat.standin.url, "Alice")
        await alice.use_menu(alice.message(LABELLED_BY_HAND), "Label")
        menu = alice.message("What is “").last
        await menu.get_by_test_id("component-select").filter(has_text="Class").click()
        await alice.find("select-option").filter(has_text="cat").click()
        await expect(menu).to_contain_text("as cat.")

        erin = await ChatPage.open(browser, chat.standin.url, "Erin")
        stopped = await start(erin, "setfit")
        await stopped.get_by_role("button", name="Cancel").click()
        await expect(stopped).to_contain_text("Cancelled.", timeout=PATIENCE_MS)

        job = await start(erin, "tfidf, zero_shot, probe")
        await expect(job).to_contain_text("of 3: ", timeout=PATIENCE_MS)
        await expect(job).to_contain_text("★", timeout=PATIENCE_MS)
        await expect(job.get_by_role("button", name="Cancel")).to_have_count(0)

        await command(alice, "train status")
        status = alice.message("Ended last")
        await expect(status).to_contain_text("Nothing is being trained.")
        await expect(status).to_contain_text("cancelled")
        await command(alice, "train compare", "set", "Pets")
        comparison = alice.message("that no method had seen")
        await expect(comparison).to_contain_text("zero_shot")
        await expect(comparison.get_by_test_id("gallery-item")).to_be_visible()
        await comparison.get_by_role("button", name="As CSV").click()
        await expect(alice.message("The comparison on Pets.")).to_contain_text("comparison.csv")

        await promote_and_go_back(chat, shared_engine.data_dir, erin)

        dave = await ChatPage.open(browser, chat.standin.url, "Dave")
        with pytest.raises(Refused):
            await chat.person("Dave").slash("general", "models list")
        await command(dave, "train status")
        await expect(dave.message("There is no training")).to_be_visible()
        await command(dave, "train compare", "set", "Pets")
        await expect(dave.message("you need one of the roles")).to_be_visible()
        await expect(dave.message("that no method had seen")).to_have_count(0)
        again = await start(erin, "tfidf")
        await jobs_shown(dave).last.get_by_role("button", name="Cancel").click()
        await expect(dave.message("you need the permission Manage Server")).to_be_visible()
        await expect(again).to_contain_text("★", timeout=PATIENCE_MS)
        for page in (alice, erin, dave):
            assert page.problems == []
