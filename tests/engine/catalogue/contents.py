"""Contents to put into catalogues under test."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from engine.catalogue import Content
from engine.schemas import ItemKind, NewItem, Place

POSTED_AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def place(
    message_id: str = "m",
    *,
    channel_id: str = "c",
    library_id: str = "lib",
    attachment_id: str = "",
) -> Place:
    """A place that differs from others in what the test names."""
    return Place(
        library_id=library_id,
        channel_id=channel_id,
        message_id=message_id,
        attachment_id=attachment_id,
    )


def text(
    words: str, at: Place | None = None, *, author_id: str = "ann", posted_at: datetime = POSTED_AT
) -> Content:
    """A message's text."""
    data = words.encode()
    return Content(
        described=NewItem(
            place=at or place(),
            author_id=author_id,
            author_name=author_id.title(),
            posted_at=posted_at,
            text=words,
        ),
        kind=ItemKind.TEXT,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        has_blob=False,
    )


def picture(
    data: bytes,
    at: Place | None = None,
    *,
    author_id: str = "ann",
    posted_at: datetime = POSTED_AT,
    path: str = "",
) -> Content:
    """A picture whose original is taken to be in blobs."""
    return Content(
        described=NewItem(
            place=at or place(),
            author_id=author_id,
            posted_at=posted_at,
            filename="a.png",
            path=path,
        ),
        kind=ItemKind.IMAGE,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        has_blob=True,
        width_px=40,
        height_px=30,
    )
