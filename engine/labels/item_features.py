"""The vectors of stored items, as classifiers take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.encoders.ports import Features
from engine.ingest import Collections
from engine.ingest.collections import CLIP, SENTENCE
from engine.schemas import ItemKind
from engine.search.background import dense_vector

FETCHED_AT_ONCE = 500


async def item_features(
    collections: Collections, kind: ItemKind, item_ids: Sequence[str]
) -> Mapping[str, Features]:
    """The feature of each item that is in the index: float32 (D,), L2-normalised.

    A picture's is its own; a text's is that of its first passage, which says best what it is about.
    """
    index, name = collections.of(kind), CLIP if kind is ItemKind.IMAGE else SENTENCE
    found: dict[str, Features] = {}
    for start in range(0, len(item_ids), FETCHED_AT_ONCE):
        records = await index.retrieve(item_ids[start : start + FETCHED_AT_ONCE], with_vectors=True)
        found.update((str(each.id), dense_vector(each.vector, name)) for each in records)
    return found


def stacked(rows: Sequence[Features], embed_dim: int) -> Features:
    """Features as one array: float32 (N, D), also when there are none."""
    return np.stack(rows) if rows else np.empty((0, embed_dim), dtype=np.float32)
