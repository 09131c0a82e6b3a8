"""Whether Discord accepts the token, and lets the bot do its work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import httpx

from bot.shell.checks import Finding, State

API = "https://discord.com/api/v10"
TIMEOUT_S = 10.0
PORTAL = "https://discord.com/developers/applications"
MESSAGE_CONTENT_FLAGS = (
    discord.ApplicationFlags.VALID_FLAGS["gateway_message_content"]
    | discord.ApplicationFlags.VALID_FLAGS["gateway_message_content_limited"]
)
"""Either grants the Message Content intent; the limited one is what an application in fewer than a
hundred servers gets by a switch in the portal
(https://discord.com/developers/docs/resources/application#application-object-application-flags)."""
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)


async def check_discord(token: str | None, api: str = API) -> AsyncIterator[Finding]:
    """Token, intents and servers; without a token only that there is none."""
    if not token:
        yield Finding(
            "discord", State.OK, "BOT_DISCORD_TOKEN is not set: Magpie uses its own chat page."
        )
        return
    async with httpx.AsyncClient(
        base_url=api, headers={"Authorization": f"Bot {token}"}, timeout=TIMEOUT_S
    ) as http:
        try:
            application = await _get(http, "/applications/@me")
            yield Finding(
                "discord", State.OK, f"The token is that of {application.get('name', 'the bot')}."
            )
            yield _check_intents(application)
            for finding in _check_servers(await _get(http, "/users/@me/guilds"), application):
                yield finding
        except httpx.HTTPStatusError as error:
            yield _refused(error.response.status_code)
        except (httpx.HTTPError, ValueError) as error:
            yield Finding(
                "discord",
                State.BROKEN,
                f"Discord cannot be reached ({type(error).__name__}).",
                "Check the network, and whether a proxy or firewall lets discord.com through.",
            )


async def _get(http: httpx.AsyncClient, path: str) -> Any:  # noqa: ANN401 - Discord's JSON
    response = await http.get(path)
    response.raise_for_status()
    return response.json()


def _refused(status: int) -> Finding:
    if status == httpx.codes.UNAUTHORIZED:
        return Finding(
            "discord",
            State.BROKEN,
            "Discord does not know the token in BOT_DISCORD_TOKEN.",
            f"Copy it anew from {PORTAL}: your application, Bot, Reset Token.",
        )
    return Finding(
        "discord",
        State.BROKEN,
        f"Discord answered HTTP {status}.",
        "Wait a few minutes and try again; https://discordstatus.com tells of outages.",
    )


def _check_intents(application: dict[str, Any]) -> Finding:
    if int(application.get("flags", 0)) & MESSAGE_CONTENT_FLAGS:
        return Finding("intents", State.OK, "Message Content is switched on.")
    return Finding(
        "intents",
        State.WARNING,
        "Message Content is not switched on, so new posts are not remembered.",
        f"Switch it on at {PORTAL}: your application, Bot, Privileged Gateway Intents.",
    )


def _check_servers(guilds: list[dict[str, Any]], application: dict[str, Any]) -> list[Finding]:
    invitation = discord.utils.oauth_url(int(application["id"]), permissions=PERMISSIONS)
    if not guilds:
        return [
            Finding(
                "servers", State.WARNING, "The bot is in no server.", f"Invite it: {invitation}"
            )
        ]
    return [_check_server(guild, invitation) for guild in guilds]


def _check_server(guild: dict[str, Any], invitation: str) -> Finding:
    name = f"server {guild['name']}"
    granted = discord.Permissions(int(guild.get("permissions", 0)))
    if granted.administrator or granted.is_superset(PERMISSIONS):
        return Finding(name, State.OK, "The bot has the permissions it needs.")
    missing = [
        permission.replace("_", " ")
        for permission, wanted in PERMISSIONS
        if wanted and not getattr(granted, permission)
    ]
    return Finding(
        name,
        State.WARNING,
        f"Missing for the whole server: {', '.join(missing)}.",
        f"Grant them to the bot's role, at least in the channels to watch, or invite it anew: "
        f"{invitation}",
    )
