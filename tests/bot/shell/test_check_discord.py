"""What `magpie doctor` says of Discord, told by what Discord answers."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.shell.check_discord import PERMISSIONS, check_discord
from bot.shell.checks import Finding, State

TOKEN = "right"
LIMITED_CONTENT = 1 << 19


async def _findings(
    token: str = TOKEN, *, flags: int = LIMITED_CONTENT, guilds: list[dict[str, Any]] | None = None
) -> dict[str, Finding]:
    async def application(request: web.Request) -> web.Response:
        if request.headers["Authorization"] != f"Bot {TOKEN}":
            return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        return web.json_response({"id": "1234", "name": "Magpie", "flags": flags})

    async def servers(_request: web.Request) -> web.Response:
        return web.json_response(guilds or [])

    app = web.Application()
    app.add_routes(
        [web.get("/applications/@me", application), web.get("/users/@me/guilds", servers)]
    )
    async with TestServer(app) as server:
        found = [finding async for finding in check_discord(token, str(server.make_url("")))]
    return {finding.name: finding for finding in found}


async def test_no_token_is_no_fault() -> None:
    """A newcomer would be told that something is broken."""
    [finding] = [finding async for finding in check_discord(None)]
    assert finding.state is State.OK


async def test_wrong_token_says_where_to_get_another() -> None:
    """The commonest mistake would be reported as a network fault."""
    finding = (await _findings("wrong"))["discord"]
    assert finding.state is State.BROKEN
    assert "Reset Token" in finding.fix


async def test_discord_out_of_reach_is_said() -> None:
    """`doctor` itself would fail where it is needed."""
    [finding] = [found async for found in check_discord(TOKEN, "http://127.0.0.1:9/")]
    assert finding.state is State.BROKEN
    assert "cannot be reached" in finding.detail


@pytest.mark.parametrize(
    ("flags", "state"), [(LIMITED_CONTENT, State.OK), (1 << 18, State.OK), (0, State.WARNING)]
)
async def test_message_content_intent(flags: int, state: State) -> None:
    """New posts would not be remembered, and nobody would know why."""
    assert (await _findings(flags=flags))["intents"].state is state


async def test_permissions_missing_in_a_server_are_named() -> None:
    """The bot would be silent in a server for a reason that no one sees."""
    few = discord.Permissions(view_channel=True, send_messages=True)
    guilds = [
        {"name": "Fine", "permissions": str(PERMISSIONS.value)},
        {"name": "Ours", "permissions": str(discord.Permissions(administrator=True).value)},
        {"name": "Poor", "permissions": str(few.value)},
    ]
    found = await _findings(guilds=guilds)
    assert found["server Fine"].state is found["server Ours"].state is State.OK
    assert found["server Poor"].state is State.WARNING
    assert "read message history" in found["server Poor"].detail
    assert "client_id=1234" in found["server Poor"].fix


async def test_bot_in_no_server_gets_its_invitation() -> None:
    """Somebody who set everything up would not know the last step."""
    assert "client_id=1234" in (await _findings())["servers"].fix
