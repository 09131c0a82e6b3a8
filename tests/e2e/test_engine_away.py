"""The engine stops and comes back: people read so, and nothing is lost."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from bot.standin import StandIn
from tests.bot.reading import text_of
from tests.e2e.conftest import RealChat
from tests.engine_process import EngineProcess


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.timeout(300)
async def test_posts_during_an_outage_are_found_afterwards(tmp_path: Path) -> None:
    """An update of the engine would lose what people post meanwhile, or leave them waiting."""
    process = EngineProcess(tmp_path, port=free_port())
    with process:
        await asyncio.to_thread(process.start().ready)
        async with await StandIn.start() as standin, process.client() as engine:
            chat = RealChat(standin, process, engine)
            await chat.start_bot()
            await chat.watch("general")
            before = await chat.person("Alice").say("general", "posted before the outage")
            await chat.searchable(1)

            await asyncio.to_thread(process.stop)
            asked = await chat.person("Bob").slash("general", "search", {"text": "outage"})
            assert "does not answer" in text_of(await asked.answer(timeout_s=3.0))
            await chat.post("Alice", "general", "a-slice-of-pizza", text="posted meanwhile")
            await chat.person("Alice").delete(before)

            await asyncio.to_thread(process.start)
            await chat.searchable(2)
            texts = {item.text async for item in engine.items(chat.library)}
            assert texts == {"posted meanwhile", None}
            await chat.stop_bot()
