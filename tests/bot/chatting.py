"""A chat with a running bot in it, from the people's side."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from bot.client import run_bot
from bot.settings import BotSettings
from bot.standin import Human, StandIn
from bot.standin.world import Message
from tests.bot.reading import text_of

QUICK: dict[str, Any] = {
    "engine_retry_s": 0.05,
    "engine_retry_max_s": 0.1,
    "progress_every_s": 0.05,
    "guild_ready_timeout_s": 0.1,
}


class Chat:
    """A stand-in for Discord and the unmodified bot, joined by real sockets.

    Args:
        standin: the people's side.
        engine_url: where the bot finds its engine.
        engine_token: what it shows there.

    Attributes:
        changes: settings that differ from what keeps tests quick.
    """

    def __init__(self, standin: StandIn, engine_url: str, engine_token: str) -> None:
        self.standin = standin
        self.changes: dict[str, Any] = {}
        self._engine_url = engine_url
        self._engine_token = engine_token
        self._bot: asyncio.Task[None] | None = None

    def person(self, name: str) -> Human:
        """Somebody in the server."""
        return self.standin.human(name)

    async def start_bot(self) -> None:
        """Runs the bot and waits until it is on line."""
        settings = BotSettings(
            discord_token=SecretStr(self.standin.token),
            engine_url=self._engine_url,
            engine_token=SecretStr(self._engine_token),
            **(QUICK | self.changes),
        )
        self._bot = asyncio.create_task(run_bot(settings, connector=self.standin.connector()))
        await self.standin.until(lambda: self.standin.bot_is_connected or self.check_bot())

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
        await self.start_bot()

    async def watch(self, *channels: str) -> None:
        """Has an admin switch remembering on."""
        for channel in channels:
            where = self.standin.admin.channel(channel)
            asked = await self.person("Erin").slash(where, "library watch")
            assert "From now on" in text_of(await asked.answer())

    async def search(self, name: str, channel: str, **options: Any) -> Message:
        """The answer to a person's `/search`."""
        return await (await self.person(name).slash(channel, "search", options)).answer()

    async def until(self, predicate: Callable[[], object], timeout_s: float = 5.0) -> None:
        """Waits until something outside the stand-in holds."""
        async with asyncio.timeout(timeout_s):
            while not predicate():
                self.check_bot()
                await asyncio.sleep(0.01)

    def check_bot(self) -> bool:
        """Raises what the bot died of, if it did."""
        if self._bot is not None and self._bot.done():
            self._bot.result()
        return False
