"""The main path as a newcomer walks it: in Chromium, on the chat page, with the real engine."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.bot.standin_page.chat_page import ChatPage, chromium
from tests.e2e.conftest import PICTURES, RealChat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

BIKE = PICTURES / "a-bicycle-on-the-road.webp"
PIZZA = PICTURES / "a-slice-of-pizza.webp"


async def post(page: ChatPage, file: bytes, text: str) -> Locator:
    """Drops a picture on the page and sends it with a text; the message."""
    await page.drop("IMG_7.webp", file, "image/webp")
    await page.write(text)
    posted = page.message(text)
    await expect(posted).to_be_visible()
    return posted


async def search(page: ChatPage, words: str) -> Locator:
    """Uses `/search`; the answer."""
    await page.begin_command("search")
    await page.find("option-add", option="text").click()
    await page.find("option-input", option="text").fill(words)
    await page.find("send").click()
    answer = page.find("message").filter(has_text=f"“{words}”")
    await expect(answer).to_be_visible()
    return answer


async def test_post_search_find_similar_delete(chat: RealChat) -> None:
    """A newcomer would not get from a posted picture to finding it."""
    await chat.watch("general", "incidents")
    async with chromium() as browser:
        alice = await ChatPage.open(browser, chat.standin.url, "Alice")
        bob = await ChatPage.open(browser, chat.standin.url, "Bob")
        posted = await post(alice, BIKE.read_bytes(), "from this morning")
        await post(alice, PIZZA.read_bytes(), "lunch")
        await chat.searchable(4)

        answer = await search(bob, "a bicycle")
        await expect(answer).to_contain_text("1. 🖼️ IMG_7.webp")
        await expect(answer).to_contain_text("Only you can see this")
        await expect(answer.get_by_role("button", name="More like this").first).to_be_visible()
        await expect(alice.message("“a bicycle”")).to_have_count(0)

        again = await post(bob, BIKE.read_bytes(), "the same one")
        await bob.use_menu(again, "Find similar")
        similar = bob.message("your picture")
        await expect(similar).to_contain_text("@Alice")

        await chat.searchable(6)
        await chat.person("Alice").delete(chat.saying("from this morning"))
        await expect(posted).to_have_count(0)
        await chat.searchable(4)
        anew = await search(bob, "two wheels and a bicycle")
        await expect(anew).not_to_contain_text("@Alice")

        for page in (alice, bob):
            assert page.problems == []
            await page.close()
