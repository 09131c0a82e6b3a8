"""A running stand-in and unmodified discord.py clients connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from discord.ext import commands

from bot.standin import StandIn
from tests.bot.standin.bots import connected_bot
from tests.bot.standin.openapi import OpenApiCheck, load_check

ConnectBot = Callable[..., Awaitable[commands.Bot]]


@pytest.fixture(scope="session")
def openapi() -> OpenApiCheck | None:
    """Discord's own description of its API, where it is at hand."""
    return load_check()


@pytest.fixture
async def standin(openapi: OpenApiCheck | None) -> AsyncIterator[StandIn]:
    """A fresh stand-in; afterwards everything said over REST must fit Discord's description."""
    async with await StandIn.start() as running:
        yield running
    assert running.unknown_routes == []
    if openapi is not None:
        openapi.check_all(running.requests)


@pytest.fixture(params=["connector", "class attributes"])
def redirect(request: pytest.FixtureRequest) -> str:
    """Both ways of leading discord.py to the stand-in."""
    return str(request.param)


@pytest.fixture
async def connect(standin: StandIn) -> AsyncIterator[ConnectBot]:
    """Connect a `commands.Bot`; give it set-up code for its commands first."""
    async with AsyncExitStack() as stack:

        async def connect_bot(
            prepare: Callable[[commands.Bot], None] | None = None, **options: Any
        ) -> commands.Bot:
            return await stack.enter_async_context(connected_bot(standin, prepare, **options))

        yield connect_bot
