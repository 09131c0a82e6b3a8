"""Starting engine, stand-in and bot together, and saying how far they are."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from bot.shell.bot_token import bot_token
from bot.shell.datafolder import DataFolder
from bot.shell.failures import ShellFailure
from bot.shell.follow import follow
from bot.shell.parts import bot_part, engine_part
from bot.shell.processes import Part, free_port
from bot.shell.standin import open_standin
from bot.shell.status_block import StatusBlock
from bot.shell.supervision import keep_running

if TYPE_CHECKING:
    from bot.demo import Seeded
    from bot.standin import StandIn

BOT_CONNECTS_WITHIN_S = 300.0
HINT = (
    "Try `/search text:a car on the road`, or right-click a picture and choose "
    "`Apps → Find similar`. Then post pictures of your own."
)


@dataclass(frozen=True)
class Wishes:
    """What `magpie up` was asked for.

    Attributes:
        port: of the chat page; on Discord, of the engine.
        demo: whether to give an empty stand-in something to search.
        verbose: whether to show the parts' logs.
    """

    port: int
    demo: bool
    verbose: bool


class Launch:
    """One run of everything on one data folder, which nobody else runs on.

    Args:
        folder: the data folder.
        wishes: what was asked for.
        block: where the state of things is shown.
    """

    def __init__(self, folder: DataFolder, wishes: Wishes, block: StatusBlock) -> None:
        self._folder = folder
        self._wishes = wishes
        self._block = block
        self._discord_token = os.environ.get("BOT_DISCORD_TOKEN")
        self._engine_port = wishes.port if self._discord_token else free_port()
        engine_host = os.environ.get("ENGINE_HOST") or "127.0.0.1"
        self._engine_url = f"http://{engine_host}:{self._engine_port}"
        self._bot_token = bot_token(folder)
        self._ready = asyncio.Event()

    async def run(self) -> None:
        """Runs until cancelled, and stops everything then.

        Raises:
            ShellFailure: a part refused to start.
        """
        started = time.monotonic()
        self._block.show("data", str(self._folder.path))
        self._block.show("log", str(self._folder.logs))
        self._block.show("status", "starting the engine")
        try:
            async with AsyncExitStack() as held, asyncio.TaskGroup() as parts:
                self._keep(parts, self._engine())
                await asyncio.sleep(0)  # the engine is on its way before the imports that follow
                standin = await self._open_chat(held)
                self._keep(parts, self._bot(standin))
                await self._until_searchable(standin)
                self._block.show("status", f"ready after {time.monotonic() - started:.1f} s")
                self._block.close()
                self._ready.set()
        except* ShellFailure as failures:
            raise failures.exceptions[0] from None

    def _engine(self) -> Part:
        return engine_part(
            self._folder,
            port=self._engine_port,
            public_url=self._public_url(),
            verbose=self._wishes.verbose,
        )

    def _public_url(self) -> str:
        """With the stand-in, whoever asks sits at this machine; on Discord, the operator knows."""
        known = self._discord_token or os.environ.get("ENGINE_PUBLIC_URL")
        return "" if known else self._engine_url

    def _bot(self, standin: StandIn | None) -> Part:
        return bot_part(
            self._folder,
            engine_url=self._engine_url,
            engine_token=self._bot_token,
            standin=(standin.url, standin.token) if standin else None,
            verbose=self._wishes.verbose,
        )

    def _keep(self, parts: asyncio.TaskGroup, part: Part) -> None:
        if self._wishes.verbose:
            parts.create_task(
                follow(part.stderr_file, lambda line: self._block.say(f"{part.name}: {line}"))
            )
        parts.create_task(
            keep_running(part, was_up=self._ready.is_set, say=self._block.say), name=part.name
        )

    async def _open_chat(self, held: AsyncExitStack) -> StandIn | None:
        if self._discord_token:
            self._block.show("address", f"Discord; the engine is at {self._engine_url}")
            return None
        standin = await held.enter_async_context(
            open_standin(self._folder, self._wishes.port, hint=HINT)
        )
        self._block.show("address", standin.url)
        return standin

    async def _until_searchable(self, standin: StandIn | None) -> None:
        from bot.shell.warm_up import until_embedded, until_listening, until_warm
        from engine.client import EngineClient

        async with EngineClient(self._engine_url, self._bot_token) as client:
            if standin is None:
                await until_warm(client, self._block)
                return
            await until_listening(client)
            _, expected = await asyncio.gather(
                until_warm(client, self._block), self._until_posted(standin)
            )
            await until_embedded(client, self._block, standin.world.guild.id, expected)

    async def _until_posted(self, standin: StandIn) -> int:
        """Waits for the bot, posts the sample content; answers how many items that makes."""
        try:
            await standin.until(lambda: standin.bot_is_connected, timeout_s=BOT_CONNECTS_WITHIN_S)
        except TimeoutError:
            raise ShellFailure(
                "The bot did not connect to the chat page. "
                f"Its log: {self._folder.log_file('bot')}."
            ) from None
        if not self._wishes.demo:
            return 0
        demo = await asyncio.to_thread(import_module, "bot.demo")  # long enough to stall the page
        try:
            seeded: Seeded = await demo.seed(standin)
        except TimeoutError:
            self._block.say("The sample messages could not be posted: the bot did not answer.")
            return 0
        return seeded.pictures + seeded.texts
