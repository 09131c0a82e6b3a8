"""Leading a Discord client to the stand-in, and nowhere else."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.standin.addresses import LOOPBACK_HOSTS, is_discord_host


class LoopbackConnector(aiohttp.TCPConnector):
    """Connects requests for Discord's hosts to 127.0.0.1 and refuses every other host.

    Handed to the unmodified client: `discord.Client(connector=LoopbackConnector(port), …)`.
    The `Host` header keeps Discord's name, by which the stand-in knows how it was reached.
    """

    def __init__(self, port: int) -> None:
        super().__init__(limit=0)
        self._port_of_standin = port

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        *args: Any,  # noqa: ANN401  # passed on as they come
        **kwargs: Any,  # noqa: ANN401
    ) -> aiohttp.connector.Connection:
        """Rewrite the request's address, then connect as usual.

        Raises:
            aiohttp.InvalidURL: the host is neither Discord's nor this machine.
        """
        host = req.url.host or ""
        if is_discord_host(host):
            req.url = (
                req.url.with_scheme("http").with_host("127.0.0.1").with_port(self._port_of_standin)
            )
        elif host not in LOOPBACK_HOSTS:
            raise aiohttp.InvalidURL(
                req.url, "the stand-in for Discord reaches no host outside this machine"
            )
        return await super().connect(req, *args, **kwargs)
