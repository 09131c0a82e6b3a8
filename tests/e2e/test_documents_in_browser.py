"""Documents, screenshots and reposts on the chat page, with the real engine."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import Locator, expect

from tests.bot.standin_page.chat_page import ChatPage, chromium
from tests.documents import pdf
from tests.e2e.conftest import RealChat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HANDBOOK = pdf(
    "Welcome to the company. This handbook tells how we work together.",
    "A company bicycle may be kept at home over the weekend when its number is written down.",
)


def screenshot(*lines: str) -> bytes:
    """A PNG of some lines of text, dark on light, as a terminal shows them."""
    picture = Image.new("RGB", (900, 60 + 60 * len(lines)), "#f4f4f4")
    font = ImageFont.load_default(size=30)
    for row, line in enumerate(lines):
        ImageDraw.Draw(picture).text((30, 30 + 60 * row), line, fill="#202020", font=font)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


async def ask(page: ChatPage, command: str, words: str) -> Locator:
    """Uses a command that takes `text`; the answer."""
    await page.begin_command(command)
    field = page.find("option-input", option="text")
    if not await field.count():
        await page.find("option-add", option="text").click()
    await field.fill(words)
    await page.find("send").click()
    answer = page.find("message").filter(has_text=f"“{words}”")
    await expect(answer).to_be_visible()
    return answer


async def test_a_sentence_is_found_inside_a_pdf_and_inside_a_screenshot(chat: RealChat) -> None:
    """What a team knows stands in files, and would be out of reach there."""
    await chat.watch("general")
    async with chromium() as browser:
        alice = await ChatPage.open(browser, chat.standin.url, "Alice")
        bob = await ChatPage.open(browser, chat.standin.url, "Bob")
        await alice.drop("handbook.pdf", HANDBOOK, "application/pdf")
        await alice.write("for the newcomers")
        error = screenshot("Deploy failed", "connection refused on port 5432")
        await alice.drop("IMG_9.png", error, "image/png")
        await alice.write("look at that")
        await expect(alice.message("look at that")).to_be_visible()
        await chat.searchable(4)
        await chat.read()

        bicycle = await ask(bob, "search", "may I take the company bike home?")
        await expect(bicycle).to_contain_text("handbook.pdf")
        await expect(bicycle).to_contain_text("page 2")
        await expect(bicycle).to_contain_text("over the weekend")

        refused = await ask(bob, "search", "port 5432 connection refused")
        await expect(refused).to_contain_text("IMG_9.png")
        await expect(refused).to_contain_text("read in the picture")
        assert alice.problems == bob.problems == []


async def test_the_same_meme_posted_five_times_is_one_hit(chat: RealChat) -> None:
    """One running joke would fill the first page of every answer."""
    await chat.watch("general", "incidents")
    for n, name in enumerate(("Alice", "Bob", "Carol", "Alice", "Bob")):
        await chat.post(name, "general" if n % 2 else "incidents", "a-dog-in-a-meadow")
    await chat.searchable(5)
    async with chromium() as browser:
        erin = await ChatPage.open(browser, chat.standin.url, "Erin")
        await erin.use_menu(erin.find("message").last, "Find similar")
        answer = erin.message("your picture")
        await expect(answer).to_contain_text("1. 🖼️ IMG_1.webp")
        await expect(answer).to_contain_text("also posted")
        await expect(answer).not_to_contain_text("2. 🖼️")
        assert erin.problems == []
