"""A real catalogue with many messages in it, written past the uploads to take seconds."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from benchmarks.quality.rig import LIBRARY, channel_of
from engine.catalogue import Catalogue, EmbedState
from engine.catalogue.database import Database
from engine.catalogue.models import ItemRow, TextState
from engine.schemas import ItemKind

WRITE_BATCH = 1_000
MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def catalogue_of(texts: Sequence[str]) -> AsyncIterator[Catalogue]:
    """A catalogue of messages, numbered like the points of `benchmarks.quality.rig`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalogue.sqlite"
        catalogue = await Catalogue.open(file)
        database = Database.on_sqlite(file)
        for start in range(0, len(texts), WRITE_BATCH):
            rows = [_row(start + n, text) for n, text in enumerate(texts[start:][:WRITE_BATCH])]
            async with database.writing() as session:
                await session.execute(insert(ItemRow), rows)
        await database.close()
        yield catalogue
        await catalogue.close()


def _row(number: int, text: str) -> dict[str, Any]:
    data = text.encode()
    posted_at = datetime(2026, 1, 1, tzinfo=UTC) + number * MINUTE
    return {
        "item_id": str(UUID(int=number)),
        "library_id": LIBRARY,
        "channel_id": channel_of(number),
        "message_id": str(number),
        "attachment_id": "",
        "kind": ItemKind.TEXT,
        "author_id": "ann",
        "author_name": "Ann",
        "posted_at": posted_at,
        "filename": "",
        "path": "",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_bytes": len(data),
        "text": text,
        "has_blob": False,
        "stored_at": posted_at,
        "revision": 1,
        "embed_state": EmbedState.EMBEDDED,
        "embed_attempts": 0,
        "perceptual_hash": b"",
        "passage_count": 0,
        "text_state": TextState.READ,
    }
