"""The fallback to `LoopbackConnector`: pointing discord.py's class attributes at the stand-in.

Kept working by the tests in case an upgrade of aiohttp or discord.py breaks the connector.
Attachments then have addresses on 127.0.0.1 instead of Discord's CDN hosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def redirected_classes(port: int) -> Iterator[None]:
    """Redirect every discord.py client of this process for the duration of the block."""
    import discord
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE)
    base = f"http://127.0.0.1:{port}"
    Route.BASE = f"{base}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/")
    discord.Asset.BASE = base
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before
