"""Checks of what is about to be written or searched for.

Edge would accept NaN, and a batch that it refuses half-way stays in its log and is replayed:
nothing reaches an index unchecked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from qdrant_client import models

from engine.vectors.spec import TENANT_KEY, CollectionSpec

MAX_SPARSE_INDEX = 2**32 - 1
"""Qdrant keeps the indices of sparse vectors as 32-bit unsigned integers."""


Vector: TypeAlias = list[float] | models.SparseVector
"""A dense vector of D floats, or a sparse one."""


def named_vectors(vectors: object) -> dict[str, Vector]:
    """The named vectors of a checked or stored point, which has no others."""
    return cast("dict[str, Vector]", vectors) if isinstance(vectors, dict) else {}


def check_points(spec: CollectionSpec, points: Sequence[models.PointStruct]) -> None:
    """Refuses points that a collection cannot hold.

    Raises:
        ValueError: an id that is no UUID; a payload without its library; no vector at all, or one
            that the collection does not have, of the wrong size or with a value that is not
            finite.
    """
    for point in points:
        check_ids([str(point.id)])
        library_id = (point.payload or {}).get(TENANT_KEY)
        vectors = named_vectors(point.vector)
        if not library_id or not isinstance(library_id, str):
            raise ValueError(f"point {point.id} has no {TENANT_KEY} in its payload")
        if not vectors:
            raise ValueError(f"point {point.id} has no named vector")
        for name, vector in vectors.items():
            check_vector(spec, name, vector)


def check_ids(point_ids: Sequence[str]) -> None:
    """Raises ValueError unless every id is a UUID."""
    for point_id in point_ids:
        try:
            UUID(point_id)
        except ValueError as error:
            raise ValueError(f"a point's id must be a UUID, not {point_id!r}") from error


def check_vector(spec: CollectionSpec, name: str, vector: object) -> None:
    """Refuses a vector that does not fit the collection's vector of that name.

    Raises:
        ValueError: unknown name, wrong kind, wrong size, or a value that is not finite.
    """
    if name in spec.dense and isinstance(vector, list):
        _check_dense(spec, name, vector)
    elif name in spec.sparse and isinstance(vector, models.SparseVector):
        _check_sparse(name, vector)
    else:
        known = ", ".join([*spec.dense, *spec.sparse])
        raise ValueError(
            f"{spec.name} has no vector {name!r} of kind {type(vector).__name__}; it has {known}"
        )


def as_float32(vector: Sequence[float]) -> NDArray[np.float32]:
    """A vector as float32 (D,); what float32 cannot hold becomes infinite."""
    with np.errstate(over="ignore"):
        return np.asarray(vector, dtype=np.float32)


def _check_dense(spec: CollectionSpec, name: str, vector: list[float]) -> None:
    values = as_float32(vector)
    if values.shape != (spec.dense[name],):
        raise ValueError(
            f"vector {name!r} of {spec.name} has {spec.dense[name]} values, "
            f"not shape {values.shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"vector {name!r} holds a value that is not a finite float32")


def _check_sparse(name: str, vector: models.SparseVector) -> None:
    indices = vector.indices
    if len(indices) != len(vector.values) or len(set(indices)) != len(indices):
        raise ValueError(f"sparse vector {name!r} needs one value for each of its distinct indices")
    if any(not 0 <= index <= MAX_SPARSE_INDEX for index in indices):
        raise ValueError(f"sparse vector {name!r} has an index outside 0 to {MAX_SPARSE_INDEX}")
    if not np.isfinite(as_float32(vector.values)).all():
        raise ValueError(f"sparse vector {name!r} holds a value that is not a finite float32")
