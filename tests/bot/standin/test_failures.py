"""Failures put in the bot's way, and requests that the stand-in does not speak."""

from __future__ import annotations

import time

import discord
import pytest

from bot.standin import Failure, StandIn
from tests.bot.standin.conftest import ConnectBot
from tests.bot.standin.openapi import OpenApiCheck

MESSAGES = "/channels/{channel_id}/messages"


def general(guild: discord.Guild) -> discord.TextChannel:
    """The channel #general."""
    found = discord.utils.get(guild.text_channels, name="general")
    assert found is not None
    return found


async def test_rate_limits_are_waited_out(standin: StandIn, connect: ConnectBot) -> None:
    """The bot's behaviour under a rate limit could not be tried."""
    channel = general((await connect()).guilds[0])
    standin.failures.add(Failure(429, route=MESSAGES, times=2, retry_after_s=0.02))

    await channel.send("patient")

    statuses = [one.status for one in standin.requests if one.route == MESSAGES]
    assert statuses == [429, 429, 200]
    assert standin.messages("general")[0].content == "patient"


async def test_refusals_and_slowness(standin: StandIn, connect: ConnectBot) -> None:
    """The bot's behaviour when Discord is slow or refuses could not be tried."""
    channel = general((await connect()).guilds[0])
    standin.failures.add(Failure(403, "POST", MESSAGES, code=50013))
    standin.failures.add(Failure(method="POST", route=MESSAGES, latency_s=0.05))

    with pytest.raises(discord.Forbidden):
        await channel.send("refused")
    started = time.monotonic()
    await channel.send("slow")

    assert time.monotonic() - started >= 0.05
    assert [one.content for one in standin.messages("general")] == ["slow"]


async def test_unknown_routes_are_reported() -> None:
    """A route that the stand-in lacks would fail in a way nobody notices."""
    async with await StandIn.start() as standin:
        client = discord.Client(intents=discord.Intents.none(), connector=standin.connector())
        async with client:
            await client.login(standin.token)
            with pytest.raises(discord.NotFound):
                await client.fetch_stage_instance(1)

        assert standin.unknown_routes == ["GET /stage-instances/1"]


async def test_the_check_finds_misfits(
    standin: StandIn, connect: ConnectBot, openapi: OpenApiCheck | None
) -> None:
    """Every other test's check against Discord's description could be void."""
    if openapi is None:
        pytest.skip("Discord's OpenAPI description is not beside the repository")
    await general((await connect()).guilds[0]).send("fine")
    sent = next(one for one in standin.requests if one.route == MESSAGES)
    assert openapi.misfits(sent) == []

    author = sent.answer["author"]
    sent.answer = sent.answer | {"author": {**author, "username": 5}}
    answer_misfits = openapi.misfits(sent)
    sent.answer["author"] = author
    sent.payload = {"content": ["not", "text"]}
    request_misfits = openapi.misfits(sent)
    sent.payload = {"content": "fine again"}

    assert len(answer_misfits) == 1
    assert "$.author.username" in answer_misfits[0]
    assert len(request_misfits) == 1
    assert "request" in request_misfits[0]
