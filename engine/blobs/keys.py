"""Where a content lies: by its SHA-256, fanned out so that no folder grows too large."""

from __future__ import annotations

import asyncio
import hashlib

ORIGINALS = "sha256"
THUMBNAILS = "thumb"

_HASHED_ON_THE_LOOP_BYTES = 256 * 1024
"""Below this hashing takes well under a millisecond, less than a trip to a thread."""


def blob_key(sha256: str) -> str:
    """Key of the original."""
    return f"{ORIGINALS}/{_fanned_out(sha256)}"


def thumbnail_key(sha256: str) -> str:
    """Key of the small picture derived from the original."""
    return f"{THUMBNAILS}/{_fanned_out(sha256)}"


def shard_prefix(shard: str) -> str:
    """Prefix of the originals whose digests begin with the two digits `shard`."""
    return f"{ORIGINALS}/{shard}"


def _fanned_out(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


async def sha256_of(data: bytes) -> str:
    """Hex digest of `data`, computed off the event loop when that takes long."""
    if len(data) <= _HASHED_ON_THE_LOOP_BYTES:
        return _digest(data)
    return await asyncio.to_thread(_digest, data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
