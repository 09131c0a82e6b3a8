"""Uploading, looking up and deleting through the API."""

import io

import httpx
import numpy as np
import pytest
from PIL import Image

from engine.client import EngineClient, EngineRefused
from engine.schemas import Acknowledged, Box, ForgetRequest
from tests.engine.api.conftest import picture_item, png, text_item


async def test_a_picture_goes_in_and_comes_out_unchanged(
    client: EngineClient, library: str
) -> None:
    """What the team posted would not be what Magpie keeps."""
    data = png(1)
    ack = await client.add_item(picture_item(library, "1"), data)
    item = await client.item(ack.item_id)
    assert (item.width_px, item.height_px, item.size_bytes) == (48, 48, len(data))
    assert await client.original(ack.item_id) == data
    thumbnail = Image.open(io.BytesIO(await client.thumbnail(ack.item_id)))
    assert thumbnail.format == "WEBP"


async def test_a_part_of_a_thumbnail_can_be_framed(client: EngineClient, library: str) -> None:
    """The gallery could not show which part of a picture matched."""
    ack = await client.add_item(picture_item(library, "1"), png(1))
    plain, framed = [
        np.asarray(Image.open(io.BytesIO(await client.thumbnail(ack.item_id, box))), np.int16)
        for box in (None, Box(x=0.5, y=0, width=0.5, height=0.5))
    ]
    changed = np.abs(plain - framed).max(axis=2) > 60
    assert changed[:24, 24:].mean() > 0.3
    assert changed[:, :20].mean() < 0.05
    edges = [Box(x=1, y=1, width=0, height=0), Box(x=0.9, y=0.9, width=1, height=1)]
    for box in edges:
        assert Image.open(io.BytesIO(await client.thumbnail(ack.item_id, box))).size == (48, 48)
    for odd in (Box(x=2, y=0, width=1, height=1), Box(x=float("nan"), y=0, width=1, height=1)):
        with pytest.raises(EngineRefused, match="share from 0 to 1"):
            await client.thumbnail(ack.item_id, odd)


async def test_the_same_upload_again_changes_nothing_and_an_edit_replaces(
    client: EngineClient, library: str
) -> None:
    """A retried upload would show up twice, or an edited message keep its old words."""
    statuses = [
        (await client.add_item(text_item(library, "1", text))).status
        for text in ("first words", "first words", "other words")
    ]
    assert statuses == [Acknowledged.STORED, Acknowledged.UNCHANGED, Acknowledged.REPLACED]
    assert [item.text async for item in client.items(library)] == ["other words"]


async def test_lists_are_paged_and_complete(client: EngineClient, library: str) -> None:
    """A library would seem to end after its first page."""
    for number in range(7):
        await client.add_item(text_item(library, str(number), f"message {number}"))
    seen = [item.place.message_id async for item in client.items(library, limit=3)]
    assert sorted(seen) == [str(number) for number in range(7)]


async def test_forgetting_a_message_takes_all_it_held(client: EngineClient, library: str) -> None:
    """A deleted message's picture would stay behind."""
    await client.add_item(text_item(library, "1", "look at this"))
    ack = await client.add_item(picture_item(library, "1"), png(2))
    assert await client.forget(ForgetRequest(library_id=library, message_id="1")) == 2
    with pytest.raises(EngineRefused, match="no item"):
        await client.item(ack.item_id)


async def test_forgetting_a_library_by_accident_is_refused(
    client: EngineClient, library: str
) -> None:
    """A request that lost its ids would wipe a whole server."""
    await client.add_item(text_item(library, "1", "keep me"))
    with pytest.raises(EngineRefused, match="whole library"):
        await client.forget(ForgetRequest(library_id=library))
    assert (await client.library(library)).texts == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"just words, renamed to .png", "picture"), (png(3)[:60], "picture"), (b"", "empty")],
)
async def test_a_bad_picture_is_refused_in_words_and_leaves_nothing(
    client: EngineClient, library: str, data: bytes, sentence: str
) -> None:
    """The uploader would not learn what was wrong, or half a picture would stay in the library."""
    with pytest.raises(EngineRefused, match=sentence):
        await client.add_item(picture_item(library, "1"), data)
    assert [item async for item in client.items(library)] == []


async def test_an_idempotency_key_writes_once(http: httpx.AsyncClient, library: str) -> None:
    """A write whose answer was lost would happen twice when it is sent again."""
    body = text_item(library, "1", "once").model_dump(mode="json")
    headers = {"Idempotency-Key": f"key-{library}"}
    first = await http.post("items", json=body, headers=headers)
    again = await http.post("items", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = await http.post("items", json={**body, "text": "twice"}, headers=headers)
    assert other.status_code == 409
    assert other.json()["code"] == "conflict"
