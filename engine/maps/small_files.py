"""Thumbnails by the hundred."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from engine.errors import BadRequest, NotFound
from engine.ingest import Thumbnails

MOST_AT_ONCE = 16


async def small_files(thumbnails: Thumbnails, sha256s: Sequence[str]) -> list[bytes]:
    """The thumbnails of originals; empty bytes where one was deleted just now or is damaged."""
    found: list[bytes] = []
    for start in range(0, len(sha256s), MOST_AT_ONCE):
        some = sha256s[start : start + MOST_AT_ONCE]
        found += await asyncio.gather(*(_or_nothing(thumbnails, sha256) for sha256 in some))
    return found


async def _or_nothing(thumbnails: Thumbnails, sha256: str) -> bytes:
    try:
        return await thumbnails.get(sha256)
    except (NotFound, BadRequest):
        return b""
