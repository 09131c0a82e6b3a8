"""Under which addresses a client reaches the stand-in again, told by how it came.

Through `LoopbackConnector` a client speaks to Discord's own host names and must go on doing so;
redirected by class attributes it speaks to 127.0.0.1, where Discord's names would lead it out.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.standin.files import CDN_BASE

DISCORD_HOSTS = ("discord.com", "discord.gg", "discordapp.com", "discordapp.net")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base addresses to hand to one client."""

    cdn_base: str
    gateway_url: str


def is_discord_host(host: str) -> bool:
    """Whether a host is Discord's, or below one of Discord's names."""
    return any(host == name or host.endswith(f".{name}") for name in DISCORD_HOSTS)


def host_name(request: web.Request) -> str:
    """The request's host without the port."""
    return request.host.rsplit(":", 1)[0]


def addresses_for(request: web.Request) -> Addresses:
    """The addresses that work for the client behind a request."""
    if is_discord_host(host_name(request)):
        return Addresses(CDN_BASE, "wss://gateway.discord.gg/")
    return Addresses(f"http://{request.host}", f"ws://{request.host}/")
