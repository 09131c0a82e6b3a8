"""Unmodified discord.py bots, led to the stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import discord
from discord.ext import commands

from bot.standin import StandIn
from bot.standin.redirection import redirected_classes


@asynccontextmanager
async def connected_bot(
    standin: StandIn,
    prepare: Callable[[commands.Bot], None] | None = None,
    *,
    intents: discord.Intents | None = None,
    redirect: str = "connector",
) -> AsyncIterator[commands.Bot]:
    """An unmodified bot, ready, with its commands registered in the guild."""
    async with AsyncExitStack() as stack:
        options: dict[str, Any] = {"guild_ready_timeout": 0.1}
        if redirect == "connector":
            options["connector"] = standin.connector()
        else:
            stack.enter_context(redirected_classes(standin.port))
        bot = commands.Bot("!", intents=intents or discord.Intents.all(), **options)
        if prepare is not None:
            prepare(bot)
        ready = asyncio.Event()
        bot.add_listener(_setter(ready), "on_ready")
        await stack.enter_async_context(bot)
        running = asyncio.create_task(bot.start(standin.token))
        stack.push_async_callback(_finish, running)
        stack.push_async_callback(bot.close)
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({running, waiting}, return_when="FIRST_COMPLETED", timeout=5)
        if running.done():
            waiting.cancel()
            await running
        assert ready.is_set(), "the bot did not become ready"
        if bot.tree.get_commands() or prepare is not None:
            await bot.tree.sync()
        yield bot


async def _finish(task: asyncio.Task[None]) -> None:
    await asyncio.wait({task}, timeout=5)


class Heard:
    """An event's payload, once it is there."""

    def __init__(self) -> None:
        self.value: Any = None


@asynccontextmanager
async def hearing(
    bot: commands.Bot, event: str, check: Callable[[Any], bool] = lambda _: True
) -> AsyncIterator[Heard]:
    """Wait at the end of the block for an event that happens in it; keep its last argument.

    `check` passes over what is still on its way from before.
    """
    arrived: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def listener(*arguments: Any) -> None:
        if not arrived.done() and check(arguments[-1]):
            arrived.set_result(arguments[-1])

    heard = Heard()
    bot.add_listener(listener, f"on_{event}")
    try:
        yield heard
        heard.value = await asyncio.wait_for(arrived, 5)
    finally:
        bot.remove_listener(listener, f"on_{event}")


def _setter(event: asyncio.Event) -> Callable[[], Coroutine[Any, Any, None]]:
    async def on_ready() -> None:
        event.set()

    return on_ready
