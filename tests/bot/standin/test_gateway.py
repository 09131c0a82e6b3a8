"""The gateway's own words, without discord.py in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.standin import StandIn

IDENTIFY, RESUME, REQUEST_MEMBERS = 2, 6, 8


@pytest.fixture
async def socket(standin: StandIn) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A socket that has heard HELLO."""
    async with (
        aiohttp.ClientSession(standin.url) as session,
        session.ws_connect("/?v=10&encoding=json") as opened,
    ):
        assert (await opened.receive_json())["op"] == 10
        yield opened


def identify(standin: StandIn, intents: int = 1) -> dict[str, Any]:
    """What a client says first."""
    return {"op": IDENTIFY, "d": {"token": standin.token, "intents": intents, "properties": {}}}


async def test_heartbeats_are_acknowledged(socket: aiohttp.ClientWebSocketResponse) -> None:
    """The bot would think its connection dead."""
    await socket.send_json({"op": 1, "d": None})

    assert (await socket.receive_json())["op"] == 11


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": IDENTIFY, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": REQUEST_MEMBERS, "d": {}}, 4003),
    ],
)
async def test_strangers_are_cut_off(
    socket: aiohttp.ClientWebSocketResponse, frame: dict[str, Any], code: int
) -> None:
    """Anybody on this machine could listen to the chat without the token."""
    await socket.send_json(frame)

    assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    assert socket.close_code == code


async def test_unknown_sessions_start_anew(
    standin: StandIn, socket: aiohttp.ClientWebSocketResponse
) -> None:
    """A bot would never come back after a restart of the stand-in."""
    lost = {"token": standin.token, "session_id": "from before", "seq": 7}
    await socket.send_json({"op": RESUME, "d": lost})
    refusal = await socket.receive_json()
    await socket.send_json(identify(standin))

    assert (refusal["op"], refusal["d"]) == (9, False)
    assert (await socket.receive_json())["t"] == "READY"


async def test_members_are_found_by_the_start_of_their_name(
    standin: StandIn, socket: aiohttp.ClientWebSocketResponse
) -> None:
    """The bot could not look a member up."""
    await socket.send_json(identify(standin))
    wanted = {"guild_id": standin.world.guild.id, "query": "al", "limit": 5, "nonce": "n"}
    await socket.send_json({"op": REQUEST_MEMBERS, "d": wanted})
    chunk = {"t": None}
    while chunk["t"] != "GUILD_MEMBERS_CHUNK":
        chunk = await socket.receive_json()

    data: Any = chunk["d"]
    assert [one["user"]["username"] for one in data["members"]] == ["alice"]
    assert data["nonce"] == "n"
