"""How a collection lies on a server, and what it was born with, written into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from qdrant_client import models

from engine.vectors.spec import INTEGER_KEYS, KEYWORD_KEYS, TENANT_KEY, CollectionSpec

BORN_WITH = "born_with"
"""Key of a collection's metadata that holds its `CollectionSpec`."""

PAYLOAD_M = 16
"""Edges a point in the graph of its own library; Qdrant's default for `m`. There is no graph over
all libraries (`m=0`): every search names one (Qdrant's guide to multitenancy)."""

OVERSAMPLING = 2.0
"""Candidates for each hit that int8 picks before float32 decides: recall 1.000 at 100k points."""

FLUSH_EVERY_S = 1
"""How often a server syncs to disk, as the embedded index does; Qdrant's default is 5."""


class Birth(TypedDict):
    """The arguments with which a collection is created."""

    vectors_config: dict[str, models.VectorParams]
    sparse_vectors_config: dict[str, models.SparseVectorParams]
    hnsw_config: models.HnswConfigDiff
    optimizers_config: models.OptimizersConfigDiff
    quantization_config: models.ScalarQuantization | None
    on_disk_payload: bool
    shard_number: int | None
    replication_factor: int
    metadata: dict[str, object]


def payload_indexes() -> dict[str, models.PayloadSchemaParams]:
    """The index of every payload key that is filtered by."""
    keyword, integer = models.KeywordIndexType.KEYWORD, models.IntegerIndexType.INTEGER
    return {
        TENANT_KEY: models.KeywordIndexParams(type=keyword, is_tenant=True),
        **{key: models.KeywordIndexParams(type=keyword) for key in KEYWORD_KEYS},
        **{
            key: models.IntegerIndexParams(type=integer, lookup=False, range=True)
            for key in INTEGER_KEYS
        },
    }


@dataclass(frozen=True)
class Layout:
    """How new collections are laid out; the ones that there are stay as they were born.

    Attributes:
        prefix: begins the name of every collection, as a server may be shared.
        quantized: whether int8 vectors in memory choose what float32 vectors then decide.
        on_disk: whether float32 vectors stay on disk until they are looked at.
        shards: parts of a collection, which nodes share; as many as nodes when None.
        replicas: nodes that hold each part.
        indexes: of payload keys.
    """

    prefix: str = "magpie"
    quantized: bool = False
    on_disk: bool = False
    shards: int | None = None
    replicas: int = 1
    indexes: Mapping[str, models.PayloadSchemaParams] = field(default_factory=payload_indexes)

    def alias(self, name: str) -> str:
        """Names the active generation of a collection."""
        return f"{self.prefix}-{name}"

    def collection(self, spec: CollectionSpec) -> str:
        """Names one generation."""
        return f"{self.prefix}-{spec.key}"

    def is_generation(self, collection: str, name: str) -> bool:
        """Whether a collection is called like a generation of that name."""
        return collection.startswith(f"{self.alias(name)}@")

    def birth(self, spec: CollectionSpec) -> Birth:
        """What a generation is created with."""
        return Birth(
            vectors_config={
                name: models.VectorParams(
                    size=size, distance=models.Distance.COSINE, on_disk=self.on_disk
                )
                for name, size in spec.dense.items()
            },
            sparse_vectors_config={
                name: models.SparseVectorParams(modifier=models.Modifier.IDF)
                for name in spec.sparse
            },
            hnsw_config=models.HnswConfigDiff(m=0, payload_m=PAYLOAD_M),
            optimizers_config=models.OptimizersConfigDiff(flush_interval_sec=FLUSH_EVERY_S),
            quantization_config=_int8() if self.quantized else None,
            on_disk_payload=True,
            shard_number=self.shards,
            replication_factor=self.replicas,
            metadata={BORN_WITH: spec.as_json()},
        )

    @property
    def search_params(self) -> models.SearchParams | None:
        """How vectors are compared, where that is not up to Qdrant."""
        if not self.quantized:
            return None
        quantization = models.QuantizationSearchParams(rescore=True, oversampling=OVERSAMPLING)
        return models.SearchParams(quantization=quantization)


def born_with(info: models.CollectionInfo) -> CollectionSpec | None:
    """What a collection was born with; None of one that is not ours."""
    born = (info.config.metadata or {}).get(BORN_WITH)
    return None if born is None else CollectionSpec.from_json(born)


def _int8() -> models.ScalarQuantization:
    return models.ScalarQuantization(
        scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
    )
