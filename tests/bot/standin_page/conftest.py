"""A stand-in with a small discord.py bot, and its page in Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from playwright.async_api import Browser

from bot.standin import StandIn
from tests.bot.standin.bots import connected_bot
from tests.bot.standin_page.chat_page import ChatPage, chromium
from tests.bot.standin_page.sample_bot import SampleBot

OpenPage = Callable[[str], Awaitable[ChatPage]]
HINT = "Try `/find text:red barn`, or right-click a picture and choose `Apps → Find similar`."


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests, so they share one event loop."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def standin() -> AsyncIterator[StandIn]:
    """A fresh stand-in that waits half a second for the bot."""
    async with await StandIn.start(hint=HINT, deadline_s=0.5) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def sample(standin: StandIn) -> AsyncIterator[SampleBot]:
    """The bot, connected."""
    bot = SampleBot()
    async with connected_bot(standin, bot.prepare):
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, standin: StandIn) -> AsyncIterator[OpenPage]:
    """Open the page as somebody; afterwards no script may have failed."""
    opened: list[ChatPage] = []

    async def open_as(person: str) -> ChatPage:
        opened.append(await ChatPage.open(browser, standin.url, person))
        return opened[-1]

    yield open_as
    for chat in opened:
        await chat.close()
    assert [problem for chat in opened for problem in chat.problems] == []
