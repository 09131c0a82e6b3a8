"""Opaque cursors of keyset pages: where the last page ended, not how many rows it skipped."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from engine.errors import BadRequest


def encode_cursor(posted_at: datetime, item_id: str) -> str:
    """Names the place after one item in the order of posting."""
    return _pack(posted_at.isoformat(), item_id)


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """Takes a cursor apart.

    Raises:
        BadRequest: it was not made by `encode_cursor`.
    """
    with _refusing_others():
        posted_at, item_id = _unpack(cursor)
        return datetime.fromisoformat(posted_at), str(item_id)


def encode_count_cursor(count: int, latest: datetime, sha256: str) -> str:
    """Names the place after one content in the order of how often, then how lately, posted."""
    return _pack(count, latest.isoformat(), sha256)


def decode_count_cursor(cursor: str) -> tuple[int, datetime, str]:
    """Takes a cursor apart.

    Raises:
        BadRequest: it was not made by `encode_count_cursor`.
    """
    with _refusing_others():
        count, latest, sha256 = _unpack(cursor)
        return int(count), datetime.fromisoformat(latest), str(sha256)


def encode_key(name: str, row_id: str) -> str:
    """Names the place after one row in the order of names."""
    return _pack(name, row_id)


def decode_key(cursor: str) -> tuple[str, str]:
    """Takes a cursor apart.

    Raises:
        BadRequest: it was not made by `encode_key`.
    """
    with _refusing_others():
        name, row_id = _unpack(cursor)
        return str(name), str(row_id)


def _pack(*position: int | str) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _unpack(cursor: str) -> list[Any]:
    return list(json.loads(base64.urlsafe_b64decode(cursor.encode())))


@contextmanager
def _refusing_others() -> Iterator[None]:
    """Refuses what no function here has made."""
    try:
        yield
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadRequest(
            "The page cursor is not one of ours. Start again without a cursor."
        ) from error
