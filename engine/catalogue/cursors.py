"""Opaque cursors of keyset pages: where the last page ended, not how many rows it skipped."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

from engine.errors import BadRequest


def encode_cursor(posted_at: datetime, item_id: str) -> str:
    """Names the place after one item in the order of posting."""
    return base64.urlsafe_b64encode(json.dumps([posted_at.isoformat(), item_id]).encode()).decode()


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """Takes a cursor apart.

    Raises:
        BadRequest: it was not made by `encode_cursor`.
    """
    try:
        posted_at, item_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(posted_at), str(item_id)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadRequest(
            "The page cursor is not one of ours. Start again without a cursor."
        ) from error
