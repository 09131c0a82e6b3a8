"""Downloads of pictures and documents, from Discord's own hosts only."""

from __future__ import annotations

import asyncio

import aiohttp
from yarl import URL

from bot.errors import FileGone, Unusable

CDN_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
PROXY_HOSTS = ("images-ext-", ".discordapp.net")
CHUNK_BYTES = 64 * 1024


def on_discords_cdn(address: str) -> bool:
    """Whether an address is one of Discord's; any other could make us fetch from inside a network.

    Pictures that links unfurl to come through ``images-ext-N.discordapp.net``.
    """
    url = URL(address)
    host = url.host or ""
    proxied = host.startswith(PROXY_HOSTS[0]) and host.endswith(PROXY_HOSTS[1])
    return url.scheme == "https" and (host in CDN_HOSTS or proxied)


class FileReader:
    """Reads files over one HTTP session.

    Args:
        session: shared session; it is not closed here.
        max_bytes: larger files are refused.
        timeout_s: longest a download may take.
    """

    def __init__(self, session: aiohttp.ClientSession, *, max_bytes: int, timeout_s: float) -> None:
        self._session = session
        self._timeout_s = timeout_s
        self.max_bytes = max_bytes

    async def read(self, address: str) -> bytes:
        """The file's bytes.

        Raises:
            FileGone: Discord does not have it any more.
            Unusable: a foreign host, too large, too slow, or a network failure.
        """
        if not on_discords_cdn(address):
            raise Unusable(
                "That file is not stored at Discord, and I fetch from nowhere else. "
                "Upload the file itself and try again."
            )
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._download(address)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unusable(
                "I could not download the file from Discord. Please try again in a moment."
            ) from error

    async def _download(self, address: str) -> bytes:
        url = URL(address, encoded=True)
        async with self._session.get(url, allow_redirects=False) as response:
            if response.status in (403, 404, 410):
                raise FileGone("That file is no longer there; it may have been deleted.")
            if response.status != 200:
                raise Unusable(
                    f"Discord answered {response.status} instead of the file. "
                    "Please try again in a moment."
                )
            received = bytearray()
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                received += chunk
                self.refuse_if_too_large(len(received))
            return bytes(received)

    def refuse_if_too_large(self, size_bytes: int) -> None:
        """Raises `Unusable` for a file of more than `max_bytes`."""
        if size_bytes > self.max_bytes:
            limit_mib = self.max_bytes // (1024 * 1024)
            raise Unusable(
                f"That file is larger than the {limit_mib} MiB I read. Send a smaller version."
            )
