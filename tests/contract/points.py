"""A collection and its points, as every test of an index knows them."""

from __future__ import annotations

from uuid import UUID

import numpy as np
from qdrant_client import models

from engine.vectors import (
    CollectionSpec,
)

SPEC = CollectionSpec("passages", "a" * 64, {"sentence": 8}, ("bm25",))
RNG_SEED = 20240
AT_HOME = {"library_id": "home", "item_id": "item"}


def point_id(number: int) -> str:
    """The id of a numbered point."""
    return str(UUID(int=number))


def direction(number: int) -> list[float]:
    """A unit vector of its own for each number, float (8,)."""
    vector = np.random.default_rng(RNG_SEED + number).normal(size=8)
    return [float(value) for value in vector / np.linalg.norm(vector)]


def point(number: int, library_id: str = "home", **payload: object) -> models.PointStruct:
    """A numbered point with both vectors."""
    return models.PointStruct(
        id=point_id(number),
        vector={
            "sentence": direction(number),
            "bm25": models.SparseVector(indices=[number % 5, 100 + number], values=[1.0, 2.0]),
        },
        payload={"library_id": library_id, "item_id": f"item-{number}", **payload},
    )


def near(number: int, limit: int = 10, **fields: object) -> models.QueryRequest:
    """A request for what is nearest to a numbered point."""
    return models.QueryRequest(
        **{"query": direction(number), "using": "sentence", "limit": limit, **fields}
    )


def keyword(key: str, value: str) -> models.Filter:
    """Passes points with a payload value."""
    return models.Filter(
        must=[models.FieldCondition(key=key, match=models.MatchValue(value=value))]
    )


def ids_of(points: list[models.ScoredPoint] | list[models.Record]) -> list[str]:
    """Ids in the order given."""
    return [str(each.id) for each in points]
