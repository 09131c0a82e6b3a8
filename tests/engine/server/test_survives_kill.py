"""kill -9 in the middle of indexing, twice: nothing acknowledged is missing, nothing is double."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.client import EngineAway, EngineClient
from engine.schemas import Item, ItemAck, NewItem, Place
from tests.engine_process import EngineProcess

ITEMS = 2_000
KILL_AT = (500, 1_200)
UPLOADS_AT_ONCE = 8
LIBRARY = "kills"


@pytest.mark.timeout(600)
async def test_two_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """A crash would silently lose pictures that Magpie had said it remembers."""
    with EngineProcess(tmp_path) as engine:
        await index_through_kills(engine)


async def index_through_kills(engine: EngineProcess) -> None:
    """Uploads everything, killing the engine on the way, then compares what is there."""
    acknowledged: dict[int, ItemAck] = {}
    for kill_at in KILL_AT:
        await asyncio.to_thread(engine.start().ready)
        async with engine.client() as client:
            uploading = asyncio.create_task(upload(client, acknowledged))
            while len(acknowledged) < kill_at:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(engine.kill)
            await uploading
        assert len(acknowledged) < ITEMS
    await asyncio.to_thread(engine.start().ready)
    async with engine.client() as client:
        await upload(client, acknowledged)
        while (await client.library(LIBRARY, wait_embedded_s=10)).pending:
            pass
        report = await client.verify(rehash=True)
        stored = [item async for item in client.items(LIBRARY, limit=500)]
    assert report.clean, report
    assert report.points == report.items == len(stored) == ITEMS
    assert {item.item_id for item in stored} == {ack.item_id for ack in acknowledged.values()}
    assert all(item.embedded for item in stored)
    assert sorted(map(number_of, stored)) == list(range(ITEMS))


async def upload(client: EngineClient, acknowledged: dict[int, ItemAck]) -> None:
    """Uploads whatever is not acknowledged yet, several at once, until the engine goes away."""
    waiting = iter([number for number in range(ITEMS) if number not in acknowledged])

    async def one_after_another() -> None:
        for number in waiting:
            try:
                acknowledged[number] = await client.add_item(*item(number))
            except EngineAway:
                return

    await asyncio.gather(*(one_after_another() for _ in range(UPLOADS_AT_ONCE)))


def item(number: int) -> tuple[NewItem, bytes | None]:
    """Every fourth item is a picture, the others are texts; no two have the same content."""
    place = Place(library_id=LIBRARY, channel_id="c", message_id=str(number))
    described = NewItem(place=place, posted_at=datetime(2026, 1, 1, tzinfo=UTC))
    if number % 4:
        return described.model_copy(update={"text": f"Message number {number} about kites."}), None
    pixels = np.random.default_rng(number).integers(0, 256, (24, 24, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return described, file.getvalue()


def number_of(stored: Item) -> int:
    """Which of the items this is."""
    return int(stored.place.message_id)
