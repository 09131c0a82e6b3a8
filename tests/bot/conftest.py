"""A bot, a stand-in for Discord and an engine without models, joined by real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr

from bot.client import run_bot
from bot.settings import BotSettings
from bot.standin import Human, StandIn
from bot.standin.world import Message
from tests.bot.fake_engine import FakeEngine
from tests.bot.reading import text_of

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def settings_for(standin: StandIn, url: str, token: str, **changes: Any) -> BotSettings:
    """Settings that keep tests quick."""
    quick: dict[str, Any] = {
        "engine_retry_s": 0.05,
        "engine_retry_max_s": 0.1,
        "progress_every_s": 0.05,
        "guild_ready_timeout_s": 0.1,
    }
    return BotSettings(
        discord_token=SecretStr(standin.token),
        engine_url=url,
        engine_token=SecretStr(token),
        **(quick | changes),
    )


@dataclass
class Chat:
    """Everything a test of the bot needs.

    Attributes:
        changes: settings that differ from the usual.
    """

    standin: StandIn
    engine: FakeEngine
    changes: dict[str, Any] = field(default_factory=dict)
    _bot: asyncio.Task[None] | None = None

    def person(self, name: str) -> Human:
        """Somebody in the server."""
        return self.standin.human(name)

    async def start_bot(self) -> None:
        """Connects the bot and waits until it knows its commands and its server."""
        settings = settings_for(self.standin, self.engine.url, self.engine.token, **self.changes)
        self._bot = asyncio.create_task(run_bot(settings, connector=self.standin.connector()))
        guild = self.standin.world.guild.id
        await self.standin.until(lambda: self.standin.bot_is_connected or self._bot_ended())
        await self.until(lambda: f"GET /v1/libraries/{guild}/channels" in self.engine.log)

    async def stop_bot(self) -> None:
        """Ends the bot as a supervisor does."""
        if self._bot is not None:
            self._bot.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._bot
            self._bot = None

    async def restart_bot(self) -> None:
        """Ends the bot and starts it anew."""
        await self.stop_bot()
        self.engine.log.clear()
        await self.start_bot()

    async def watch(self, *channels: str) -> None:
        """Has an admin switch remembering on."""
        for channel in channels:
            where = self.standin.admin.channel(channel)
            asked = await self.person("Erin").slash(where, "library watch")
            assert "From now on" in text_of(await asked.answer())

    async def remember(self, *posts: tuple[str, str, str | bytes]) -> list[Message]:
        """Has people post texts and pictures in watched channels, and waits for the engine.

        Args:
            posts: person, channel, and a text or a picture's bytes.
        """
        await self.watch(*dict.fromkeys(channel for _, channel, _ in posts))
        before, messages = len(self.engine.items), []
        for name, channel, content in posts:
            messages.append(
                await self.person(name).say(channel, files=[("picture.png", content)])
                if isinstance(content, bytes)
                else await self.person(name).say(channel, content)
            )
        await self.until(lambda: len(self.engine.items) == before + len(posts))
        return messages

    async def search(self, name: str, channel: str, **options: Any) -> Message:
        """The answer to a person's `/search`."""
        return await (await self.person(name).slash(channel, "search", options)).answer()

    async def until(self, predicate: Any, timeout_s: float = 5.0) -> None:
        """Waits until something outside the stand-in holds."""
        async with asyncio.timeout(timeout_s):
            while not predicate():
                self._bot_ended()
                await asyncio.sleep(0.01)

    def _bot_ended(self) -> bool:
        if self._bot is not None and self._bot.done():
            self._bot.result()
        return False


@contextlib.asynccontextmanager
async def running_chat(standin: StandIn, engine: FakeEngine) -> AsyncIterator[Chat]:
    """A connected bot, stopped at the end."""
    chat = Chat(standin, engine)
    await chat.start_bot()
    try:
        yield chat
    finally:
        await chat.stop_bot()
    assert standin.unknown_routes == []


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    """A running bot in the default server, watching nothing yet."""
    async with (
        await StandIn.start() as standin,
        FakeEngine() as engine,
        running_chat(standin, engine) as chat,
    ):
        yield chat
