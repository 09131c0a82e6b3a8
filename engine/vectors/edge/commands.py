"""What the engine asks of the index's process: each command says what it does there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar, cast

import qdrant_edge

from engine.vectors.edge.blueprint import Make, build
from engine.vectors.edge.shards import OpenShards
from engine.vectors.spec import CollectionSpec

Answer = TypeVar("Answer")

ANSWER_TIMEOUT_S = 60.0
"""Longest wait for one answer; a search takes milliseconds, an optimization before it seconds."""

SparseParts = tuple[list[int], list[float]]
"""Indices and values."""


class FoundPoint(NamedTuple):
    """A point as it travels back; `score` is 0 where nothing was scored."""

    point_id: str
    score: float
    payload: dict[str, Any] | None
    vectors: dict[str, list[float] | SparseParts] | None


@dataclass(frozen=True, slots=True)
class Command(ABC, Generic[Answer]):
    """Something to be done to one generation of a collection, by `CollectionSpec.key`."""

    collection: str

    @property
    def timeout_s(self) -> float:
        """Longest the engine waits for the answer, other commands before this one included."""
        return ANSWER_TIMEOUT_S

    @abstractmethod
    def run(self, shards: OpenShards) -> Answer:
        """Does it, within the index's process."""


@dataclass(frozen=True, slots=True)
class Open(Command[None]):
    """Opens a collection for the commands that follow."""

    spec: CollectionSpec

    def run(self, shards: OpenShards) -> None:
        """Opens or creates it."""
        shards.open(self.spec)


@dataclass(frozen=True, slots=True)
class Begin(Command[None]):
    """Opens a generation beside the active one."""

    spec: CollectionSpec

    def run(self, shards: OpenShards) -> None:
        """Opens or creates it."""
        shards.begin(self.spec)


@dataclass(frozen=True, slots=True)
class Reopen(Command[None]):
    """Opens a generation that was open before the process died."""

    spec: CollectionSpec

    def run(self, shards: OpenShards) -> None:
        """Never creates it."""
        shards.reopen(self.spec)


@dataclass(frozen=True, slots=True)
class Generations(Command[list[CollectionSpec]]):
    """Lists the generations of a collection, which it names without a fingerprint."""

    def run(self, shards: OpenShards) -> list[CollectionSpec]:
        """Reads what each was born with."""
        return shards.generations(self.collection)


@dataclass(frozen=True, slots=True)
class Activate(Command[None]):
    """Makes a generation the active one."""

    spec: CollectionSpec

    def run(self, shards: OpenShards) -> None:
        """Syncs it and points to it."""
        shards.activate(self.spec)


@dataclass(frozen=True, slots=True)
class Drop(Command[None]):
    """Deletes a generation that is not the active one."""

    spec: CollectionSpec

    def run(self, shards: OpenShards) -> None:
        """Closes it first."""
        shards.drop(self.spec)


@dataclass(frozen=True, slots=True)
class Write(Command[None]):
    """Applies an update; its blueprint names a constructor of `UpdateOperation`."""

    operation: Make
    adds_data: bool = False

    def run(self, shards: OpenShards) -> None:
        """Builds all of the update before any of it is applied."""
        shards.update(self.collection, build(self.operation), adds_data=self.adds_data)


@dataclass(frozen=True, slots=True)
class Sync(Command[None]):
    """Makes the writes so far survive a power cut."""

    def run(self, shards: OpenShards) -> None:
        """Flushes the collection."""
        shards.sync(self.collection)


@dataclass(frozen=True, slots=True)
class Optimize(Command[bool]):
    """Brings the collection's search structures up to date; nothing else runs meanwhile."""

    budget_s: float

    @property
    def timeout_s(self) -> float:
        """The budget is an estimate, so it may take twice as long."""
        return ANSWER_TIMEOUT_S + 2 * self.budget_s

    def run(self, shards: OpenShards) -> bool:
        """Answers whether nothing is left to be done; see `OpenShards.optimize`."""
        return shards.optimize(self.collection, self.budget_s)


@dataclass(frozen=True, slots=True)
class Query(Command[list[list[FoundPoint]]]):
    """Runs one or several query requests."""

    requests: list[Make]

    def run(self, shards: OpenShards) -> list[list[FoundPoint]]:
        """Plans the requests together, so that they share a pass over the segments."""
        batch = qdrant_edge.QueryBatchRequest(queries=build(self.requests))
        hits = shards.get(self.collection).query_batch(batch)
        return [[_found(hit, hit.score) for hit in of_one] for of_one in hits]


@dataclass(frozen=True, slots=True)
class Retrieve(Command[list[FoundPoint]]):
    """Reads points by id."""

    point_ids: list[str]
    with_vectors: bool

    def run(self, shards: OpenShards) -> list[FoundPoint]:
        """Leaves out the ids that do not exist."""
        records = shards.get(self.collection).retrieve(
            list(self.point_ids), True, self.with_vectors
        )
        return [_found(record) for record in records]


@dataclass(frozen=True, slots=True)
class Scroll(Command[tuple[list[FoundPoint], str | None]]):
    """Reads a page of points in order of id."""

    scroll_filter: Make | None
    cursor: str | None
    limit: int

    def run(self, shards: OpenShards) -> tuple[list[FoundPoint], str | None]:
        """Answers the page and where the next one begins."""
        request = qdrant_edge.ScrollRequest(
            offset=self.cursor,
            limit=self.limit,
            filter=build(self.scroll_filter),
            with_payload=True,
        )
        records, cursor = shards.get(self.collection).scroll(request)
        return [_found(record) for record in records], None if cursor is None else str(cursor)


@dataclass(frozen=True, slots=True)
class Count(Command[int]):
    """Counts points exactly."""

    count_filter: Make | None

    def run(self, shards: OpenShards) -> int:
        """Answers their number."""
        request = qdrant_edge.CountRequest(exact=True, filter=build(self.count_filter))
        return shards.get(self.collection).count(request)


def _found(point: qdrant_edge.ScoredPoint | qdrant_edge.Record, score: float = 0.0) -> FoundPoint:
    vectors = None
    if isinstance(point.vector, dict):
        vectors = {name: _plain(vector) for name, vector in point.vector.items()}
    return FoundPoint(str(point.id), score, point.payload, vectors)


def _plain(vector: qdrant_edge.NamedVector) -> list[float] | SparseParts:
    if isinstance(vector, qdrant_edge.SparseVector):
        return vector.indices, vector.values
    return cast("list[float]", vector)
