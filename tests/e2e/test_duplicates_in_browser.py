"""`/library duplicates` on the chat page, with the real engine."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from bot.standin import Upload
from tests.bot.standin_page.chat_page import ChatPage, chromium
from tests.e2e.conftest import RealChat
from tests.sample_pictures import re_encoded

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MEME = "a-dog-in-a-meadow"
POSTERS = ("Alice", "Bob", "Carol", "Alice", "Bob")


async def duplicates(page: ChatPage, nth: int) -> Locator:
    """Uses the command for the nth time; the answer."""
    await page.begin_command("library duplicates")
    await page.find("send").click()
    answers = page.message("Posted more than once")
    await expect(answers).to_have_count(nth)
    return answers.last


async def test_a_meme_and_its_copies_are_one_group_with_their_places(chat: RealChat) -> None:
    """Whoever cleans up a server would have to look for the copies of a picture by hand."""
    await chat.watch("general", "incidents")
    posted = [
        await chat.post(name, "general" if n % 2 else "incidents", MEME)
        for n, name in enumerate(POSTERS)
    ]
    copy = Upload("saved.jpg", re_encoded(MEME))
    posted.append(await chat.person("Carol").say("general", files=[copy]))
    await chat.post("Carol", "general", "a-slice-of-pizza")
    await chat.searchable(7)
    async with chromium() as browser:
        erin = await ChatPage.open(browser, chat.standin.url, "Erin")
        answer = await duplicates(erin, 1)
        await expect(answer).to_contain_text("1. 🖼️ IMG_1.webp · posted 6 times")
        await expect(answer).not_to_contain_text("2. 🖼️")
        await expect(answer.locator("img").first).to_be_visible()
        for message in posted:
            await expect(answer.locator(f'a[href$="{message.id}"]')).to_have_count(1)

        await chat.person("Carol").delete(posted[-1])
        await chat.searchable(6)
        anew = await duplicates(erin, 2)
        await expect(anew).to_contain_text("posted 5 times")
        assert erin.problems == []
