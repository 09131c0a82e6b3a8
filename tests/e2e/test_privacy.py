"""Somebody has everything of theirs deleted, and then it is nowhere."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.standin import StandIn, Upload
from bot.standin.world import Message
from engine.schemas import QueryPart, SearchRequest
from tests.bot.reading import text_of
from tests.e2e.conftest import PICTURES, RealChat
from tests.engine_process import EngineProcess

NAME, FILE = "Zacharias", "zacharias-on-his-bicycle.png"
SECRETS = ("the quinquereme of Nineveh is moored behind the shed", "ask me about the quinquereme")
KEPT = "the ferry leaves at seven"


class PrivacyChat(RealChat):
    """A chat whose engine's folder can be searched byte by byte.

    Attributes:
        folder: everything the engine keeps.
    """

    def __init__(self, standin: StandIn, process: EngineProcess) -> None:
        super().__init__(standin, process, process.client())
        self.folder = process.data_dir

    async def forget_me(self, name: str) -> str:
        """What somebody reads after having everything deleted."""
        person = self.person(name)
        answer = await (await person.slash("general", "privacy forget-me")).answer()
        await person.click(answer, "Delete everything of mine")
        await self.standin.until(lambda: "Done." in text_of(answer), timeout_s=60)
        return text_of(answer)

    def on_disk(self, wanted: str) -> list[Path]:
        """The files that hold these characters, or have them in their name."""
        return [path for path in self.folder.rglob("*") if _holds(path, wanted)]

    async def found(self, words: str) -> list[str]:
        """The ids of what the owner finds, in all channels."""
        request = SearchRequest(
            library_id=self.library, channel_ids=None, parts=[QueryPart(text=words)]
        )
        return [hit.place.message_id for hit in (await self.engine.search(request)).hits]


def _holds(path: Path, wanted: str) -> bool:
    try:
        return path.is_file() and (wanted in path.name or wanted.encode() in path.read_bytes())
    except FileNotFoundError:  # the index has just replaced it
        return False


@asynccontextmanager
async def privacy_chat(process: EngineProcess) -> AsyncIterator[PrivacyChat]:
    """A running bot in a server of its own."""
    async with await StandIn.start() as standin:
        chat = PrivacyChat(standin, process)
        standin.admin.add_person(NAME)
        await chat.start_bot()
        async with chat.engine:
            yield chat
            await chat.stop_bot()


@pytest.fixture
async def chat(shared_engine: EngineProcess) -> AsyncIterator[PrivacyChat]:
    """A server on the engine that all tests use."""
    async with privacy_chat(shared_engine) as chat:
        yield chat


@pytest.fixture
async def chat_alone(tmp_path: Path) -> AsyncIterator[PrivacyChat]:
    """A server on an engine that nobody else uses, so that its whole folder can be looked into."""
    with EngineProcess(tmp_path) as process:
        await asyncio.to_thread(process.start().ready)
        async with privacy_chat(process) as chat:
            yield chat


def picture() -> Upload:
    """A picture of a bicycle, with words in its bytes that can be looked for on disk."""
    words = PngInfo()
    words.add_text("Comment", SECRETS[0])
    file = io.BytesIO()
    with Image.open(PICTURES / "a-bicycle-on-the-road.webp") as shown:
        shown.save(file, "PNG", pnginfo=words)
    return Upload(FILE, file.getvalue())


async def post_everything(chat: PrivacyChat) -> list[Message]:
    """Has two people post, and the one judge what the other posted; returns the one's posts."""
    await chat.watch("general", "incidents")
    kept = await chat.person("Bob").say("general", KEPT)
    posts = [
        await chat.person(NAME).say("general", SECRETS[0]),
        await chat.person(NAME).say("incidents", SECRETS[1]),
        await chat.person(NAME).say("general", files=[picture()]),
    ]
    await chat.searchable(4)
    answer = await chat.search(NAME, "general", text="when does the ferry leave?")
    assert kept.id in text_of(answer)
    await chat.person(NAME).click(answer, "Helpful")
    person_id = chat.person(NAME).id
    async with asyncio.timeout(20):
        while not (await chat.engine.person(chat.library, person_id)).judgements:
            await asyncio.sleep(0.02)
    return posts


async def test_nothing_of_a_forgotten_person_is_left_anywhere(chat_alone: PrivacyChat) -> None:
    """Somebody would be told that everything is deleted while it is not."""
    chat = chat_alone
    posts = await post_everything(chat)
    for trace in (SECRETS[0], SECRETS[1], NAME, FILE):
        assert chat.on_disk(trace), "the test must be able to see what is to go"

    assert "**3** items of yours are deleted" in await chat.forget_me(NAME)

    for trace in (SECRETS[0], SECRETS[1], "quinquereme", NAME, FILE):
        assert chat.on_disk(trace) == []
    assert list(chat.folder.glob("blobs/**/*.webp")) == []
    ids = {post.id for post in posts}
    for words in (SECRETS[0], "quinquereme", "a bicycle"):
        assert not ids & set(await chat.found(words))
    person = await chat.engine.person(chat.library, chat.person(NAME).id)
    assert (person.stored, person.judgements, person.training_consent) == ([], 0, None)
    report = await chat.engine.verify(rehash=True)
    assert (report.clean, report.items, report.blobs) == (True, 1, 0)
    assert await chat.found("when does the ferry leave?") != []


async def test_reading_the_channel_again_does_not_bring_the_forgotten_back(
    chat: PrivacyChat,
) -> None:
    """A backfill would undo what somebody had deleted, or what they forbade by opting out."""
    await post_everything(chat)
    await chat.forget_me(NAME)
    erin = chat.person("Erin")
    await (await erin.slash("general", "library backfill")).answer()
    await chat.standin.until(
        lambda: [m for m in chat.standin.messages("general") if "Done:" in text_of(m)],
        timeout_s=60,
    )
    assert [item.text async for item in chat.engine.items(chat.library)] == [KEPT]

    new = await chat.person(NAME).say("general", "I am back, with a canoe")
    await chat.searchable(2)
    assert new.id in await chat.found("a canoe")

    await (await chat.person(NAME).slash("general", "privacy opt-out")).answer()
    await chat.person(NAME).say("general", "do not remember my rowing boat")
    after = await chat.person("Bob").say("general", "a lighthouse")
    await chat.searchable(3)
    assert after.id in await chat.found("lighthouse")
    assert chat.on_disk("rowing boat") == []
