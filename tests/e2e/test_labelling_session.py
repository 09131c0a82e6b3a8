"""A session of labelling in Chromium, across a restart of everything; then what was learnt."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from bot.standin import StandIn
from engine.schemas import ItemKind, Label, LabelSet, NewLabelClass, NewLabelSet
from tests.bot.standin_page.chat_page import ChatPage, chromium
from tests.e2e.conftest import RealChat
from tests.e2e.test_engine_away import free_port
from tests.engine_process import EngineProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

FOOD = ("a-slice-of-pizza", "sushi-for-lunch", "three-hamburgers", "a-bowl-of-noodles")
ANIMALS = ("two-cats-on-a-sofa", "a-dog-in-a-meadow", "a-parrot-in-the-jungle", "a-penguin-on-ice")


async def begin_session(page: ChatPage, labelset: LabelSet) -> Locator:
    """Uses `/labels session` with the set as it is suggested; the card."""
    cards = page.message("by you ·")
    before = await cards.count()
    await page.begin_command("labels session")
    await page.find("option-input", option="set").press_sequentially(labelset.name[:4].lower())
    await page.find("option-choice", value=labelset.labelset_id).click()
    await page.find("send").click()
    await expect(cards).to_have_count(before + 1)
    return cards.nth(before)


async def answer(card: Locator, label: str, progress: str) -> None:
    """Presses a button of a card, and waits for the next one."""
    await card.get_by_role("button", name=label).click()
    await expect(card).to_contain_text(progress)


async def given(chat: RealChat, labelset_id: str) -> dict[str, Label]:
    """What counts in a set, by item."""
    return {each.item_id: each async for each in chat.engine.labels.labels(labelset_id)}


async def test_session_goes_on_after_a_restart_of_everything(tmp_path: Path) -> None:
    """Whoever labels would lose their place, or their labels, with every update of Magpie."""
    process = EngineProcess(tmp_path, port=free_port())
    with process:
        await asyncio.to_thread(process.start().ready)
        async with (
            await StandIn.start() as standin,
            process.client() as engine,
            chromium() as browser,
        ):
            chat = RealChat(standin, process, engine)
            await chat.start_bot()
            await chat.watch("general")
            await chat.post("Alice", "general", *FOOD, *ANIMALS)
            await chat.searchable(8)
            labelset = await engine.labels.create(
                NewLabelSet(
                    library_id=chat.library,
                    name="What is in the picture?",
                    kind=ItemKind.IMAGE,
                    classes=[NewLabelClass(name=name) for name in ("food 🍕", "an animal")],
                )
            )
            page = await ChatPage.open(browser, standin.url, "Erin")
            card = await begin_session(page, labelset)
            await expect(card).to_contain_text("0 by you · 0 of 8 labelled by the team")
            await expect(card.get_by_test_id("gallery-item")).to_have_count(1)
            await answer(card, "food 🍕", "1 by you")
            await answer(card, "Skip", "2 by you")
            await answer(card, "Undo", "Taken back")
            await answer(card, "an animal", "2 by you · 2 of 8")

            await chat.stop_bot()
            await asyncio.to_thread(process.stop)
            await asyncio.to_thread(process.start().ready)
            await chat.start_bot()

            await answer(card, "food 🍕", "3 by you · 3 of 8")
            shown = await card.get_by_role("link", name="jump").get_attribute("href")
            again = await begin_session(page, labelset)
            await expect(again).to_contain_text("3 by you · 3 of 8")
            assert await again.get_by_role("link", name="jump").get_attribute("href") == shown
            labels = await given(chat, labelset.labelset_id)
            assert len(labels) == 3
            assert {each.person_id for each in labels.values()} == {chat.person("Erin").id}
            assert page.problems == []
            await chat.stop_bot()
