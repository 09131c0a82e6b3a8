"""The chat page in Chromium, driven through its test ids (listed at the top of `app.js`)."""

from __future__ import annotations

import base64
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright, expect

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_WINDOW: ViewportSize = {"width": 1200, "height": 800}
_PATIENCE_MS = 15_000
"""Only spent when something is broken, or the machine very busy."""

_DROP = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const target = document.querySelector("[data-testid=message-list]");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true }));
  }
}"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The machine's own Chromium; the test is skipped where there is none."""
    executable = next(filter(None, map(shutil.which, _NAMES)), None)
    if executable is None:
        pytest.skip("no Chromium on this machine; install the package “chromium”")
    expect.set_options(timeout=_PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


class ChatPage:
    """What a person does on the page.

    Attributes:
        problems: errors in the page's console; the tests expect none.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    @classmethod
    async def open(cls, browser: Browser, url: str, person: str) -> ChatPage:
        """The page in a window of its own, as somebody, when the messages are there."""
        chat = cls(await browser.new_page(viewport=_WINDOW, reduced_motion="reduce"))
        await chat.page.goto(f"{url}?as={person.lower()}")
        await expect(chat.find("acting-name")).to_have_text(person)
        return chat

    def find(self, testid: str, **data: str) -> Locator:
        """Elements by test id and data attributes: `find("channel", channel_name="design")`."""
        wanted = "".join(f'[data-{key.replace("_", "-")}="{value}"]' for key, value in data.items())
        return self.page.locator(f'[data-testid="{testid}"]{wanted}')

    def message(self, text: str) -> Locator:
        """The messages that contain a text."""
        return self.find("message").filter(has_text=text)

    async def act_as(self, person: str) -> None:
        """Become somebody else in the same window."""
        await self.find("person", username=person.lower()).click()
        await expect(self.find("acting-name")).to_have_text(person)

    async def write(self, text: str) -> None:
        """Send a text message."""
        await self.find("composer-input").fill(text)
        await self.page.keyboard.press("Enter")

    async def begin_command(self, name: str) -> None:
        """Choose a slash command in the picker."""
        await self.find("composer-input").press_sequentially(f"/{name}")
        await expect(self.find("command-option", command=name)).to_be_visible()
        await self.page.keyboard.press("Enter")
        await expect(self.find("command-form")).to_be_visible()

    async def use_menu(self, message: Locator, command: str) -> None:
        """Apps → a message menu command."""
        await message.click(button="right")
        await self.find("menu-item", command=command).click()

    async def drop(self, name: str, content: bytes, kind: str = "image/png") -> None:
        """Drop a file on the messages."""
        await self.page.evaluate(_DROP, [name, kind, base64.b64encode(content).decode()])

    async def close(self) -> None:
        """Close the window."""
        await self.page.close()
