"""A client of the shared engine, and a library that no other test uses."""

import io
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import numpy as np
import pytest
from PIL import Image

from engine.client import EngineClient
from engine.schemas import NewItem, Place
from tests.engine_process import EngineProcess


@pytest.fixture
async def client(shared_engine: EngineProcess) -> AsyncIterator[EngineClient]:
    """Talks to the engine as its owner."""
    async with shared_engine.client() as client:
        yield client


@pytest.fixture
async def http(shared_engine: EngineProcess) -> AsyncIterator[httpx.AsyncClient]:
    """Talks to the engine without the client's comforts, with the owner's token."""
    headers = {"Authorization": f"Bearer {shared_engine.token()}"}
    async with httpx.AsyncClient(
        base_url=f"{shared_engine.url}/v1/", headers=headers, trust_env=False, timeout=60
    ) as http:
        yield http


@pytest.fixture
def library() -> str:
    """A library of this test's own."""
    return uuid.uuid4().hex


def text_item(library: str, message: str, text: str, channel: str = "c") -> NewItem:
    """A message."""
    place = Place(library_id=library, channel_id=channel, message_id=message)
    return NewItem(place=place, posted_at=datetime(2026, 3, 1, tzinfo=UTC), text=text)


def picture_item(library: str, message: str, channel: str = "c") -> NewItem:
    """A picture's description."""
    place = Place(
        library_id=library, channel_id=channel, message_id=message, attachment_id=f"a{message}"
    )
    return NewItem(place=place, posted_at=datetime(2026, 3, 1, tzinfo=UTC), filename="p.png")


def png(seed: int, side_px: int = 48) -> bytes:
    """A picture of coloured blocks, different for each seed."""
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(blocks).resize((side_px, side_px), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
