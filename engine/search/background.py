"""The background each search is measured against: reference content and a sample of the library."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from qdrant_client import models

from engine.encoders.ports import Features
from engine.ingest.collections import BM25
from engine.search.words import TermRarity
from engine.vectors.points import named_vectors
from engine.vectors.port import VectorIndex

SAMPLE_SIZE = 256
SAMPLE_MAX_AGE_S = 60.0
"""A library that grows is sampled again after this; one sample costs about 10 ms."""

NO_TERMS = models.SparseVector(indices=[], values=[])


@dataclass(frozen=True)
class Surroundings:
    """What one library's searches are measured against.

    Attributes:
        features: float32 (M, D), L2-normalised.
        rarity: of words; where the collection has none, all are as rare.
    """

    features: Features
    rarity: TermRarity


@dataclass(frozen=True)
class _Sample:
    surroundings: Surroundings
    taken_at_s: float


class Background:
    """Backgrounds of one collection, one a library, refreshed as libraries grow.

    Point ids are hashes, so the first points in order of id are a random sample, in which each
    new point has the same chance as the old ones.

    Args:
        index: the collection.
        vector_name: which of its dense vectors to sample.
        reference: float32 (M, D), L2-normalised: features of general content, so that a library
            with three items in it has a background too.
        reference_terms: the words of that content, where the collection has words.
    """

    def __init__(
        self,
        index: VectorIndex,
        vector_name: str,
        reference: Features,
        reference_terms: Sequence[models.SparseVector] = (),
    ) -> None:
        self._index = index
        self._vector_name = vector_name
        self._reference = reference
        self._reference_terms = reference_terms
        self._samples: dict[str, _Sample] = {}

    async def of(self, library_id: str) -> Surroundings:
        """The background of a library."""
        sample = self._samples.get(library_id)
        if sample is None or time.monotonic() - sample.taken_at_s > SAMPLE_MAX_AGE_S:
            sample = _Sample(await self._take(library_id), time.monotonic())
            self._samples[library_id] = sample
        return sample.surroundings

    async def _take(self, library_id: str) -> Surroundings:
        in_library = models.Filter(
            must=[
                models.FieldCondition(key="library_id", match=models.MatchValue(value=library_id))
            ]
        )
        found, _ = await self._index.scroll(in_library, None, SAMPLE_SIZE)
        records = await self._index.retrieve(
            [str(record.id) for record in found], with_vectors=True
        )
        features = [dense_vector(record.vector, self._vector_name) for record in records]
        terms = [sparse_vector(record.vector, BM25) for record in records]
        return Surroundings(
            np.vstack([self._reference, *features]), TermRarity([*self._reference_terms, *terms])
        )


def dense_vector(vector: models.VectorStructOutput | None, name: str) -> Features:
    """A record's named dense vector: float32 (D,)."""
    return np.asarray(named_vectors(vector)[name], dtype=np.float32)


def sparse_vector(vector: models.VectorStructOutput | None, name: str) -> models.SparseVector:
    """A record's named sparse vector; an empty one if it has none."""
    found = named_vectors(vector).get(name, NO_TERMS)
    assert isinstance(found, models.SparseVector)
    return found
