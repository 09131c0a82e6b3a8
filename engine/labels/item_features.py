"""The vectors of stored items, as classifiers take them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np

from engine.catalogue.runs import RunRepository
from engine.encoders.ports import Features, TextEncoder
from engine.ingest import Collections
from engine.ingest.collections import CLIP, SENTENCE
from engine.schemas import ItemKind
from engine.search.background import dense_vector

FETCHED_AT_ONCE = 500
ENCODED_AT_ONCE = 64

MAX_KEPT = 20_000
"""Encoded messages kept, 31 MB of 384 dimensions."""


class ItemFeatures:
    """Features of items in the index.

    A picture's is its own, a document's that of its first passage, which says best what it is
    about. A message is found together with what its author said right before, but is of a class by
    itself: where the index holds the vector of several messages, the one is encoded again.

    Args:
        collections: what is in the index.
        runs: says which messages are embedded with others.
        sentence: encodes them alone.
    """

    def __init__(
        self, collections: Collections, runs: RunRepository, sentence: TextEncoder
    ) -> None:
        self._collections = collections
        self._runs = runs
        self._sentence = sentence
        self._alone: OrderedDict[str, Features] = OrderedDict()

    async def of(self, kind: ItemKind, item_ids: Sequence[str]) -> Mapping[str, Features]:
        """The feature of each item that is in the index: float32 (D,), L2-normalised.

        Raises:
            Busy: the encoder's queue is full.
        """
        index, name = self._collections.of(kind), CLIP if kind is ItemKind.IMAGE else SENTENCE
        found: dict[str, Features] = {}
        for start in range(0, len(item_ids), FETCHED_AT_ONCE):
            asked = item_ids[start : start + FETCHED_AT_ONCE]
            records = await index.retrieve(asked, with_vectors=True)
            found.update((str(each.id), dense_vector(each.vector, name)) for each in records)
            if kind is ItemKind.TEXT:
                said = await self._runs.said_on(asked)
                alone = await self._encoded([said[each] for each in said if each in found])
                found.update((each, alone[text]) for each, text in said.items() if each in found)
        return found

    async def _encoded(self, texts: Sequence[str]) -> Mapping[str, Features]:
        known = {text: self._alone[text] for text in texts if text in self._alone}
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        fresh: dict[str, Features] = {}
        for start in range(0, len(missing), ENCODED_AT_ONCE):
            some = missing[start : start + ENCODED_AT_ONCE]
            fresh.update(zip(some, await self._sentence.encode_texts(some), strict=True))
        self._keep(fresh)
        return known | fresh

    def _keep(self, fresh: Mapping[str, Features]) -> None:
        self._alone.update(fresh)
        while len(self._alone) > MAX_KEPT:
            self._alone.popitem(last=False)


def stacked(rows: Sequence[Features], embed_dim: int) -> Features:
    """Features as one array: float32 (N, D), also when there are none."""
    return np.stack(rows) if rows else np.empty((0, embed_dim), dtype=np.float32)
