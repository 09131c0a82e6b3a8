"""The whole of Magpie: a real engine process, the stand-in, and the unmodified bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.standin import StandIn, Upload
from bot.standin.world import Message
from engine.client import EngineClient
from tests.bot.chatting import Chat
from tests.engine_process import EngineProcess

PICTURES = Path("bot/demo/pictures")


class RealChat(Chat):
    """A chat whose engine is the real one.

    Attributes:
        engine: a client with the owner's token.
    """

    def __init__(self, standin: StandIn, process: EngineProcess, engine: EngineClient) -> None:
        super().__init__(standin, process.url, process.token("bot"))
        self.engine = engine

    @property
    def library(self) -> str:
        """The library of the stand-in's server."""
        return str(self.standin.world.guild.id)

    async def post(self, name: str, channel: str, *slugs: str, text: str = "") -> Message:
        """Has somebody post sample pictures."""
        return await self.person(name).say(channel, text, files=[picture(slug) for slug in slugs])

    def saying(self, text: str) -> Message:
        """The message with a text."""
        channels = self.standin.world.channels.values()
        return next(
            message
            for channel in channels
            for message in self.standin.messages(channel.id)
            if message.content == text
        )

    async def searchable(self, count: int) -> None:
        """Waits until the library holds exactly so many items and all can be found."""
        async with asyncio.timeout(100):
            while True:
                status = await self.engine.library(self.library, wait_embedded_s=5)
                if status.images + status.texts == count and not status.pending:
                    return
                await asyncio.sleep(0.02)

    async def read(self) -> None:
        """Waits until the text in every picture can be found."""
        async with asyncio.timeout(100):
            while True:
                status = await self.engine.library(self.library, wait_embedded_s=5, wait_read_s=5)
                if not status.pending and not status.unread:
                    return


def picture(slug: str) -> Upload:
    """A sample picture under a name that does not give it away."""
    return Upload("IMG_1.webp", (PICTURES / f"{slug}.webp").read_bytes())


@pytest.fixture
async def chat(shared_engine: EngineProcess) -> AsyncIterator[RealChat]:
    """A running bot in a server of its own, watching nothing yet."""
    async with await StandIn.start() as standin, shared_engine.client() as engine:
        chat = RealChat(standin, shared_engine, engine)
        await chat.start_bot()
        yield chat
        await chat.stop_bot()
        assert standin.unknown_routes == []
