"""The background each search is measured against: reference vectors and a sample of the library."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from qdrant_client import models

from engine.encoders.ports import Features
from engine.vectors.port import VectorIndex

SAMPLE_SIZE = 256
SAMPLE_MAX_AGE_S = 60.0


@dataclass(frozen=True)
class _Sample:
    features: Features
    taken_at_s: float


class Background:
    """Backgrounds of one collection, one a library, refreshed as libraries grow.

    Point ids are hashes, so the first points in order of id are a random sample.

    Args:
        index: the collection.
        vector_name: which of its dense vectors to sample.
        reference: float32 (M, D), L2-normalised: features of general content, so that a library
            with three items in it has a background too.
    """

    def __init__(self, index: VectorIndex, vector_name: str, reference: Features) -> None:
        self._index = index
        self._vector_name = vector_name
        self._reference = reference
        self._samples: dict[str, _Sample] = {}

    async def features(self, library_id: str) -> Features:
        """The background of a library: float32 (M, D), L2-normalised."""
        sample = self._samples.get(library_id)
        if sample is None or time.monotonic() - sample.taken_at_s > SAMPLE_MAX_AGE_S:
            sample = _Sample(await self._take(library_id), time.monotonic())
            self._samples[library_id] = sample
        return sample.features

    async def _take(self, library_id: str) -> Features:
        in_library = models.Filter(
            must=[
                models.FieldCondition(key="library_id", match=models.MatchValue(value=library_id))
            ]
        )
        found, _ = await self._index.scroll(in_library, None, SAMPLE_SIZE)
        records = await self._index.retrieve(
            [str(record.id) for record in found], with_vectors=True
        )
        sampled = [dense_vector(record.vector, self._vector_name) for record in records]
        return np.vstack([self._reference, *sampled])


def dense_vector(vector: models.VectorStructOutput | None, name: str) -> Features:
    """A record's named dense vector: float32 (D,)."""
    assert isinstance(vector, dict)
    return np.asarray(vector[name], dtype=np.float32)
