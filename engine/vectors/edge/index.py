"""One collection of the embedded index."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, TypeVar

from qdrant_client import models

from engine.vectors.edge.blueprint import Make
from engine.vectors.edge.commands import (
    Command,
    Count,
    FoundPoint,
    Optimize,
    Query,
    Retrieve,
    Scroll,
    Sync,
    Write,
)
from engine.vectors.edge.filters import filter_blueprint
from engine.vectors.edge.queries import request_blueprint, vector_blueprint
from engine.vectors.points import check_ids, check_points, named_vectors
from engine.vectors.requests import prepared, within_library
from engine.vectors.spec import CollectionSpec

Answer = TypeVar("Answer")

UPSERT_CHUNK = 64
"""Points a write: a search waits for one such chunk, 20 to 70 ms of 512-d on two busy cores."""


class Caller(Protocol):
    """Whoever brings commands to the index's process."""

    async def __call__(self, command: Command[Answer]) -> Answer:
        """Answers the command; see `WorkerProcess.call`."""
        ...


class EdgeIndex:
    """`VectorIndex` over commands to the index's process."""

    def __init__(self, spec: CollectionSpec, call: Caller) -> None:
        self._spec = spec
        self._call = call

    @property
    def spec(self) -> CollectionSpec:
        """What the collection was born with."""
        return self._spec

    async def upsert(self, points: Sequence[models.PointStruct], *, durable: bool = False) -> None:
        """Writes points in chunks, once all of them are checked."""
        operations = await asyncio.to_thread(self._upsert_operations, points)
        for operation in operations:
            await self._call(Write(self._spec.key, operation, adds_data=True))
        if durable:
            await self.flush()

    async def set_payload(
        self, selector: models.Filter | Sequence[str], payload: dict[str, object]
    ) -> None:
        """Merges `payload` into the payload of the points named by a filter or ids."""
        await self._write("set_payload", "set_payload_by_filter", selector, payload=payload)

    async def delete(self, selector: models.Filter | Sequence[str]) -> None:
        """Deletes the points named by a filter or ids; unknown ids are no error."""
        await self._write("delete_points", "delete_points_by_filter", selector)

    async def search(
        self, library_id: str, request: models.QueryRequest
    ) -> list[models.ScoredPoint]:
        """Runs one query within one library, best first."""
        (hits,) = await self.search_batch(library_id, [request])
        return hits

    async def search_batch(
        self, library_id: str, requests: Sequence[models.QueryRequest]
    ) -> list[list[models.ScoredPoint]]:
        """Runs several queries in one round trip, two when examples are named by id."""
        ready = await prepared(self, library_id, requests)
        blueprints = [request_blueprint(request) for request in ready]
        found = await self._call(Query(self._spec.key, blueprints))
        return [[_scored_point(hit) for hit in hits] for hits in found]

    async def retrieve(
        self, point_ids: Sequence[str], *, with_vectors: bool = False
    ) -> list[models.Record]:
        """The points that exist among `point_ids`, in no particular order."""
        check_ids(point_ids)
        found = await self._call(Retrieve(self._spec.key, list(point_ids), with_vectors))
        return [_record(each) for each in found]

    async def scroll(
        self, scroll_filter: models.Filter | None, cursor: str | None, limit: int
    ) -> tuple[list[models.Record], str | None]:
        """A page of points in order of id, and the cursor of the next page."""
        blueprint = filter_blueprint(scroll_filter)
        found, following = await self._call(Scroll(self._spec.key, blueprint, cursor, limit))
        return [_record(each) for each in found], following

    async def count(self, library_id: str, count_filter: models.Filter | None = None) -> int:
        """How many points of a library pass the filter, exactly."""
        blueprint = filter_blueprint(within_library(library_id, count_filter))
        return await self._call(Count(self._spec.key, blueprint))

    async def flush(self) -> None:
        """Makes everything written so far survive a power cut."""
        await self._call(Sync(self._spec.key))

    async def maintain(self, budget_s: float) -> bool:
        """Indexes what was written lately and drops what was deleted; searches wait meanwhile."""
        return await self._call(Optimize(self._spec.key, budget_s))

    def _upsert_operations(self, points: Sequence[models.PointStruct]) -> list[Make]:
        check_points(self._spec, points)
        blueprints = [_point_blueprint(point) for point in points]
        return [
            Make(
                "UpdateOperation.upsert_points",
                {"points": blueprints[start : start + UPSERT_CHUNK]},
            )
            for start in range(0, len(blueprints), UPSERT_CHUNK)
        ]

    async def _write(
        self,
        by_ids: str,
        by_filter: str,
        selector: models.Filter | Sequence[str],
        **fields: object,
    ) -> None:
        named: dict[str, object]
        if isinstance(selector, models.Filter):
            kind, named = by_filter, {"filter": filter_blueprint(selector)}
        else:
            check_ids(selector)
            kind, named = by_ids, {"point_ids": list(selector)}
        operation = Make(f"UpdateOperation.{kind}", {**named, **fields})
        await self._call(Write(self._spec.key, operation))


def _point_blueprint(point: models.PointStruct) -> Make:
    return Make(
        "Point",
        {
            "id": str(point.id),
            "vector": {
                name: vector_blueprint(vector)
                for name, vector in named_vectors(point.vector).items()
            },
            "payload": point.payload,
        },
    )


def _scored_point(found: FoundPoint) -> models.ScoredPoint:
    return models.ScoredPoint.model_construct(
        id=found.point_id,
        version=0,
        score=found.score,
        payload=found.payload,
        vector=_vectors(found),
    )


def _record(found: FoundPoint) -> models.Record:
    return models.Record.model_construct(
        id=found.point_id, payload=found.payload, vector=_vectors(found)
    )


def _vectors(found: FoundPoint) -> models.VectorStructOutput | None:
    if found.vectors is None:
        return None
    return {
        name: models.SparseVector(indices=vector[0], values=vector[1])
        if isinstance(vector, tuple)
        else vector
        for name, vector in found.vectors.items()
    }
