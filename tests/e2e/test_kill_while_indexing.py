"""kill -9 of the engine in the middle of taking in 2,000 items, twice."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import random
from collections import Counter, deque
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from engine.client import EngineAway, EngineBusy, EngineClient
from engine.schemas import NewItem, Place
from tests.engine_process import EngineProcess

ITEMS = 2000
KILLED_AFTER = (600, 1300)
"""How many items are acknowledged when the engine is killed."""
AT_ONCE = 8
LIBRARY = "local"

log = logging.getLogger(__name__)


class Uploads:
    """Items on their way to the engine, and those that it has acknowledged.

    Attributes:
        acknowledged: message ids.
    """

    def __init__(self, count: int) -> None:
        self.acknowledged: set[str] = set()
        self._waiting = deque(map(str, range(count)))
        self._progress = asyncio.Condition()

    async def send(self, client: EngineClient) -> None:
        """Sends what is not acknowledged yet, until all is or the engine is gone."""
        await asyncio.gather(*(self._send_some(client) for _ in range(AT_ONCE)))

    async def reached(self, count: int) -> None:
        """Waits until so many items are acknowledged."""
        async with self._progress:
            await self._progress.wait_for(lambda: len(self.acknowledged) >= count)

    async def _send_some(self, client: EngineClient) -> None:
        while self._waiting:
            message_id = self._waiting.popleft()
            try:
                await client.add_item(*upload(int(message_id)))
            except EngineBusy as busy:
                self._waiting.append(message_id)
                await asyncio.sleep(busy.retry_after_s)
            except EngineAway:
                self._waiting.append(message_id)
                return
            else:
                async with self._progress:
                    self.acknowledged.add(message_id)
                    self._progress.notify_all()


def upload(number: int) -> tuple[NewItem, bytes | None]:
    """Pictures and messages in turn; of the pictures, every third is one that was there before."""
    is_picture = number % 2 == 0
    place = Place(library_id=LIBRARY, channel_id="files", message_id=str(number))
    item = NewItem(
        place=place,
        posted_at=datetime(2026, 1, 1, tzinfo=UTC),
        filename=f"{number}.png" if is_picture else "",
        text=None if is_picture else f"Note {number}: the shelf {number % 97} was moved.",
    )
    return item, picture(number - 2 if number % 6 == 2 else number) if is_picture else None


def picture(seed: int) -> bytes:
    """A PNG of noise, always the same for a seed."""
    noise = random.Random(seed).randbytes(48 * 48 * 3)
    png = io.BytesIO()
    Image.frombytes("RGB", (48, 48), noise).save(png, "PNG")
    return png.getvalue()


async def embedded(client: EngineClient) -> None:
    """Waits until everything stored can be found."""
    while (await client.library(LIBRARY, wait_embedded_s=5)).pending:
        pass


@pytest.mark.slow
@pytest.mark.timeout(3000)
async def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    """A power cut while a large server is read would lose pictures, or find them twice."""
    uploads = Uploads(ITEMS)
    with EngineProcess(tmp_path) as process:
        await asyncio.to_thread(process.start().ready)
        for count in KILLED_AFTER:
            async with process.client() as client:
                sending = asyncio.create_task(uploads.send(client))
                await uploads.reached(count)
                process.kill()
                await sending
            await asyncio.to_thread(process.start().ready)
            async with process.client() as client:
                await assert_kept(client, uploads.acknowledged)

        async with process.client() as client:
            await uploads.send(client)
            await embedded(client)
            await assert_once_each(client)
            report = await client.verify(rehash=True)
            log.info("verified: %s", report)
            assert report.clean
            assert report.items == ITEMS


async def assert_kept(client: EngineClient, acknowledged: set[str]) -> None:
    """Everything acknowledged before the engine was killed is there."""
    kept = {item.place.message_id: item.embedded async for item in client.items(LIBRARY)}
    found = Counter(kept.values())
    log.info("%d acknowledged; of those kept, searchable or not: %s", len(acknowledged), found)
    assert acknowledged <= kept.keys()


async def assert_once_each(client: EngineClient) -> None:
    """Every item is there, once, with the content it was sent with."""
    items = [item async for item in client.items(LIBRARY)]
    assert Counter(item.place.message_id for item in items) == Counter(map(str, range(ITEMS)))
    for item in items:
        sent, content = upload(int(item.place.message_id))
        assert item.text == sent.text
        if content is not None:
            assert item.sha256 == hashlib.sha256(content).hexdigest()
