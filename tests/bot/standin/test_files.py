"""Attachments: stored, signed, expired, measured."""

from __future__ import annotations

import aiohttp
import pytest
from yarl import URL

from bot.standin import StandIn
from bot.standin.files import Upload, safe_filename
from tests.bot.standin.pictures import png


async def get(standin: StandIn, url: str) -> tuple[int, bytes]:
    """Fetch an address of the CDN."""
    async with (
        aiohttp.ClientSession(connector=standin.connector()) as session,
        session.get(URL(url, encoded=True)) as response,
    ):
        return response.status, await response.read()


async def test_addresses_are_signed_and_end() -> None:
    """A bot that keeps addresses instead of ids would work here and break in a day."""
    now = 1_800_000_000.0
    async with await StandIn.start(clock=lambda: now) as standin:
        alice = standin.human("Alice")
        said = await alice.say("general", files=[("cat.png", png())])
        url = alice.reads(said)["attachments"][0]["url"]

        assert await get(standin, url) == (200, png())
        assert (await get(standin, url.replace("hm=", "hm=0")))[0] == 404
        assert (await get(standin, url.split("?")[0]))[0] == 404
        assert (await get(standin, url.replace("cat.png", "dog.png")))[0] == 404
        now += 25 * 3600
        assert (await get(standin, url))[0] == 404
        fresh = alice.reads(said)["attachments"][0]["url"]
        assert await get(standin, fresh) == (200, png())


async def test_files_go_with_their_message(standin: StandIn) -> None:
    """A deleted picture could still be fetched."""
    alice = standin.human("Alice")
    said = await alice.say("general", files=[("cat.png", png())])
    url = alice.reads(said)["attachments"][0]["url"]

    await alice.delete(said)

    assert (await get(standin, url))[0] == 404


async def test_default_avatars_are_pictures(standin: StandIn) -> None:
    """A thumbnail of a person without a picture would be broken."""
    status, data = await get(standin, "https://cdn.discordapp.com/embed/avatars/3.png")

    assert status == 200
    assert Upload("a.png", data).picture_size() == (64, 64)


@pytest.mark.parametrize(
    ("filename", "data", "content_type", "size"),
    [
        ("cat.png", png(7, 5), "image/png", (7, 5)),
        ("notes.txt", b"words", "text/plain", None),
        ("fake.png", b"words", "image/png", None),
        ("empty.png", b"", "image/png", None),
        ("photo.heic", b"words", "image/heic", None),
        ("strange", b"words", None, None),
    ],
)
def test_files_are_described_as_discord_does(
    filename: str, data: bytes, content_type: str | None, size: tuple[int, int] | None
) -> None:
    """The bot would see other types and sizes than on Discord."""
    upload = Upload(filename, data)

    assert upload.content_type == content_type
    assert upload.picture_size() == size


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("my cat.png", "my_cat.png"),
        ("../../etc/passwd", "passwd"),
        ("..\\evil.png", "evil.png"),
        (".hidden", "hidden"),
        ("", "unknown"),
        ("Föhn.png", "Föhn.png"),
    ],
)
def test_filenames_are_safe(given: str, stored: str) -> None:
    """A file's name could lead out of its folder."""
    assert safe_filename(given) == stored
