"""Pictures that look the same, among all of a library."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.duplicates import PostedContent
from engine.encoders.ports import Features
from engine.ingest.collections import CLIP
from engine.search.background import dense_vector
from engine.search.duplicates import MIN_COSINE
from engine.search.hash_neighbours import HashNeighbours, Positions
from engine.vectors.port import VectorIndex

FETCHED_VECTORS = 500
MOST_KEPT_VECTORS = 20_000
"""Vectors kept for the next block, which often asks for the same: 40 MB of 512 dimensions."""


async def look_alikes(
    pictures: Sequence[PostedContent], index: VectorIndex
) -> list[list[PostedContent]]:
    """Groups pictures: the first of each, and what is a near-duplicate of it.

    Hash and vector have to agree, as in `are_near_duplicates`. A picture belongs to the first one
    that it duplicates; so no chain of small changes leads from one picture to quite another.

    Args:
        pictures: in the order in which they come first.
        index: of their vectors; without one, a picture is a group of its own.
    """
    comparison = await asyncio.to_thread(_Comparison, pictures, index)
    return await asyncio.to_thread(_grouped, pictures, await comparison.run())


def _grouped(pictures: Sequence[PostedContent], firsts: Positions) -> list[list[PostedContent]]:
    groups: dict[int, list[PostedContent]] = {}
    for first, picture in zip(firsts.tolist(), pictures, strict=True):
        groups.setdefault(first, []).append(picture)
    return list(groups.values())


class _Comparison:
    """One pass over the pictures, block by block, so that memory stays bounded."""

    def __init__(self, pictures: Sequence[PostedContent], index: VectorIndex) -> None:
        self._item_ids = [picture.item_id for picture in pictures]
        hashed = [n for n, picture in enumerate(pictures) if picture.perceptual_hash]
        self._hashed = np.array(hashed, np.intp)
        self._neighbours = HashNeighbours([pictures[n].perceptual_hash for n in hashed])
        self._index = index
        self._first = np.arange(len(pictures))
        self._features: dict[str, Features] = {}

    async def run(self) -> Positions:
        """For each picture, the position of the first of its group."""
        hashed, neighbours, start = self._hashed, self._neighbours, 0
        while start < len(neighbours):
            pairs, start = await asyncio.to_thread(neighbours.of_block, start)
            if len(pairs):
                await self._fetch(hashed[np.unique(pairs)])
                await asyncio.to_thread(self._join, hashed[pairs])
                neighbours.leave_out(np.flatnonzero(~self._is_free(hashed)))
        return self._first

    async def _fetch(self, positions: Positions) -> None:
        if len(self._features) > MOST_KEPT_VECTORS:
            self._features.clear()
        item_ids = [self._item_ids[n] for n in positions]
        missing = [item_id for item_id in item_ids if item_id not in self._features]
        for n in range(0, len(missing), FETCHED_VECTORS):
            records = await self._index.retrieve(
                missing[n : n + FETCHED_VECTORS], with_vectors=True
            )
            for record in records:
                self._features[str(record.id)] = dense_vector(record.vector, CLIP)

    def _join(self, pairs: Positions) -> None:
        """Puts pictures whose vectors agree, too, with the first one that they are like."""
        firsts, begins = np.unique(pairs[:, 0], return_index=True)
        for first, others in zip(firsts, np.split(pairs[:, 1], begins[1:]), strict=True):
            if self._is_free(first) and self._item_ids[first] in self._features:
                self._join_to(first, others[self._is_free(others)])

    def _join_to(self, first: np.intp, others: Positions) -> None:
        indexed = [n for n in others if self._item_ids[n] in self._features]
        if indexed:
            features = np.stack([self._features[self._item_ids[n]] for n in indexed])  # (M, D)
            near = features @ self._features[self._item_ids[first]] >= MIN_COSINE
            self._first[np.array(indexed)[near]] = first

    def _is_free(self, positions: Positions | np.intp) -> NDArray[np.bool_]:
        """Whether pictures belong to no other."""
        return np.asarray(self._first[positions] == positions)
