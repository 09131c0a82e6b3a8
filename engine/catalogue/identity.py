"""The id of an item follows from its place, so the same place is always the same item."""

from __future__ import annotations

import json
import uuid

from engine.schemas import Place

_ITEMS = uuid.UUID("6f1d5c1e-8a55-5a2b-9d0e-3c1f6a7e4b20")
"""Namespace of item ids. Changing it orphans every vector."""


def item_id_of(place: Place) -> str:
    """Returns the item's UUID (version 5), which Qdrant takes as a point id.

    The four ids go through JSON, because any joining character could occur inside an id.
    """
    ids = [place.library_id, place.channel_id, place.message_id, place.attachment_id]
    return str(uuid.uuid5(_ITEMS, json.dumps(ids)))
