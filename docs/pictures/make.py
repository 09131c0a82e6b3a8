"""Makes `chat.webp`, the README's picture: Magpie's chat page, answering a search.

Run it again after the page, the bot's answers or the starter model have changed, and look at it:

    uv run --group dev python -m docs.pictures.make
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from playwright.async_api import ViewportSize, expect

from bot.shell.datafolder import DataFolder
from bot.shell.processes import Part, PartProcess, free_port
from tests.bot.standin_page.chat_page import ChatPage, chromium

QUERY = "a car on the road"
PERSON = "Bob"
SIZE: ViewportSize = {"width": 1280, "height": 940}
FILE = Path(__file__).parent / "chat.webp"
READY_WITHIN_S = 240.0
LOOK_AGAIN_AFTER_S = 0.2


async def make() -> None:
    """Starts Magpie with its sample content, searches, and keeps what can be seen."""
    async with magpie_up() as url, chromium() as browser:
        chat = await ChatPage.open(browser, url, PERSON)
        await chat.page.set_viewport_size(SIZE)
        await chat.page.emulate_media(color_scheme="dark")
        await chat.begin_command("search")
        await chat.find("option-add", option="text").click()
        await chat.find("option-input", option="text").fill(QUERY)
        await chat.find("send").click()
        await expect(chat.message(f"“{QUERY}”")).to_be_visible()
        await chat.page.wait_for_load_state("networkidle")
        picture = Image.open(io.BytesIO(await chat.page.screenshot()))
        picture.save(FILE, quality=85, method=6)
        await chat.close()


@asynccontextmanager
async def magpie_up() -> AsyncIterator[str]:
    """`magpie up` in a folder of its own, when everything can be found; the chat page's address."""
    with tempfile.TemporaryDirectory() as folder:
        data = DataFolder(Path(folder, "data"))
        data.prepare()
        port = free_port()
        arguments = ("-m", "bot", "up", "--data", str(data.path), "--port", str(port))
        process = await PartProcess.start(Part("magpie", arguments, data.stderr_file("up")))
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                while not process.last_words().startswith("status   ready"):
                    if process.exit_code is not None:
                        raise RuntimeError(process.last_words())
                    await asyncio.sleep(LOOK_AGAIN_AFTER_S)
            yield f"http://127.0.0.1:{port}/"
        finally:
            await process.stop()


if __name__ == "__main__":
    asyncio.run(make())
