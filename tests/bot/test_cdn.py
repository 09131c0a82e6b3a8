"""Files come from Discord's hosts, in bounded size, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.cdn import FileReader, on_discords_cdn
from bot.errors import FileGone, Unusable
from bot.standin import StandIn


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/a.png?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/a.png", True),
        ("https://images-ext-1.discordapp.net/external/x/https/example.org/a.png", True),
        ("http://cdn.discordapp.com/attachments/1/2/a.png", False),
        ("https://cdn.discordapp.com.evil.example/a.png", False),
        ("https://cdn.discordapp.com@169.254.169.254/latest", False),
        ("https://example.org/cdn.discordapp.com/a.png", False),
        ("https://127.0.0.1/a.png", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_discords_hosts(address: str, allowed: bool) -> None:
    """A made-up embed could make the bot fetch from inside the operator's network."""
    assert on_discords_cdn(address) is allowed


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    """A CDN on 127.0.0.1."""
    async with await StandIn.start() as running:
        yield running


async def read(standin: StandIn, address: str, max_bytes: int = 1000) -> bytes:
    """Reads an address over the stand-in."""
    async with aiohttp.ClientSession(connector=standin.connector()) as session:
        return await FileReader(session, max_bytes=max_bytes, timeout_s=5.0).read(address)


async def uploaded(standin: StandIn, data: bytes) -> str:
    """The address of a file somebody has posted."""
    message = await standin.human("Alice").say("general", files=[("a.png", data)])
    return str(standin.human("Alice").reads(message)["attachments"][0]["url"])


async def test_file_is_read_whole(standin: StandIn) -> None:
    """A file larger than one packet would arrive cut off."""
    data = bytes(200_000)
    assert await read(standin, await uploaded(standin, data), max_bytes=200_000) == data


async def test_too_large_a_file_is_refused_in_words(standin: StandIn) -> None:
    """One file could fill the bot's memory."""
    with pytest.raises(Unusable, match="larger than"):
        await read(standin, await uploaded(standin, bytes(2000)))


async def test_missing_file_is_told_apart(standin: StandIn) -> None:
    """An expired address could not be renewed."""
    with pytest.raises(FileGone):
        await read(standin, "https://cdn.discordapp.com/attachments/1/2/a.png")


async def test_foreign_host_is_not_asked(standin: StandIn) -> None:
    """The bot would fetch what anybody makes it fetch."""
    with pytest.raises(Unusable, match="fetch from nowhere else"):
        await read(standin, "https://example.org/a.png")
