"""The bot in the stand-in, with an engine that has no models."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.standin import StandIn
from bot.standin.world import Message
from tests.bot.chatting import Chat
from tests.bot.fake_engine import FakeEngine

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


class FakeChat(Chat):
    """A chat whose engine can be looked into.

    Attributes:
        engine: what the bot talks to.
    """

    def __init__(self, standin: StandIn, engine: FakeEngine) -> None:
        super().__init__(standin, engine.url, engine.token)
        self.engine = engine

    async def start_bot(self) -> None:
        """Runs the bot and waits until it knows which channels are watched."""
        self.engine.log.clear()
        await super().start_bot()
        loaded = f"GET /v1/libraries/{self.standin.world.guild.id}/channels"
        await self.until(lambda: loaded in self.engine.log)

    async def remember(self, *posts: tuple[str, str, str | bytes]) -> list[Message]:
        """Has people post texts and pictures in watched channels, and waits for the engine.

        Args:
            posts: person, channel, and a text or a picture's bytes.
        """
        await self.watch(*dict.fromkeys(channel for _, channel, _ in posts))
        before = len(self.engine.items)
        messages = [
            await self.person(name).say(channel, files=[("picture.png", content)])
            if isinstance(content, bytes)
            else await self.person(name).say(channel, content)
            for name, channel, content in posts
        ]
        await self.until(lambda: len(self.engine.items) == before + len(posts))
        return messages


@contextlib.asynccontextmanager
async def running_chat(standin: StandIn, engine: FakeEngine) -> AsyncIterator[FakeChat]:
    """A connected bot, stopped at the end."""
    chat = FakeChat(standin, engine)
    await chat.start_bot()
    try:
        yield chat
    finally:
        await chat.stop_bot()
    assert standin.unknown_routes == []


@pytest.fixture
async def chat() -> AsyncIterator[FakeChat]:
    """A running bot in the default server, watching nothing yet."""
    async with (
        await StandIn.start() as standin,
        FakeEngine() as engine,
        running_chat(standin, engine) as chat,
    ):
        yield chat
