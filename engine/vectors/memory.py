"""The index in memory, by qdrant-client's local mode: an oracle for tests, never a store.

It answers by brute force with Qdrant's semantics written a second time, in Python; at 100k points
a filtered search takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from qdrant_client import AsyncQdrantClient, models

from engine.errors import Conflict, EncoderMismatch
from engine.vectors.points import check_ids, check_points
from engine.vectors.requests import (
    check_request,
    example_ids,
    resolve_examples,
    scoped,
    within_library,
)
from engine.vectors.spec import CollectionSpec


class MemoryIndex:
    """`VectorIndex` over a collection of a local-mode client."""

    def __init__(self, spec: CollectionSpec, client: AsyncQdrantClient) -> None:
        self._spec = spec
        self._client = client

    @property
    def spec(self) -> CollectionSpec:
        """What the collection was born with."""
        return self._spec

    async def upsert(self, points: Sequence[models.PointStruct], *, durable: bool = False) -> None:
        """Writes points; `durable` means nothing here."""
        del durable
        check_points(self._spec, points)
        if points:
            await self._client.upsert(self._spec.key, list(points))

    async def set_payload(
        self, selector: models.Filter | Sequence[str], payload: dict[str, object]
    ) -> None:
        """Merges `payload` into the payload of the points named by a filter or ids."""
        await self._client.set_payload(self._spec.key, payload, _selected(selector))

    async def delete(self, selector: models.Filter | Sequence[str]) -> None:
        """Deletes the points named by a filter or ids; unknown ids are no error."""
        await self._client.delete(self._spec.key, _selected(selector))

    async def search(
        self, library_id: str, request: models.QueryRequest
    ) -> list[models.ScoredPoint]:
        """Runs one query within one library, best first."""
        (hits,) = await self.search_batch(library_id, [request])
        return hits

    async def search_batch(
        self, library_id: str, requests: Sequence[models.QueryRequest]
    ) -> list[list[models.ScoredPoint]]:
        """Runs several queries, one after another."""
        for request in requests:
            check_request(self._spec, request)
        ids = sorted(set().union(*(example_ids(request) for request in requests)))
        records = await self.retrieve(ids, with_vectors=True)
        answers = await self._client.query_batch_points(
            self._spec.key,
            [scoped(library_id, resolve_examples(library_id, each, records)) for each in requests],
        )
        return [answer.points for answer in answers]

    async def retrieve(
        self, point_ids: Sequence[str], *, with_vectors: bool = False
    ) -> list[models.Record]:
        """The points that exist among `point_ids`, in no particular order."""
        check_ids(point_ids)
        return await self._client.retrieve(
            self._spec.key, list(point_ids), with_vectors=with_vectors
        )

    async def scroll(
        self, scroll_filter: models.Filter | None, cursor: str | None, limit: int
    ) -> tuple[list[models.Record], str | None]:
        """A page of points in order of id, and the cursor of the next page."""
        records, following = await self._client.scroll(
            self._spec.key, scroll_filter=scroll_filter, limit=limit, offset=cursor
        )
        return records, None if following is None else str(following)

    async def count(self, library_id: str, count_filter: models.Filter | None = None) -> int:
        """How many points of a library pass the filter, exactly."""
        scope = within_library(library_id, count_filter)
        return (await self._client.count(self._spec.key, count_filter=scope)).count

    async def flush(self) -> None:
        """Does nothing: memory does not survive a power cut."""

    async def maintain(self, budget_s: float) -> bool:
        """Does nothing: there is no index to bring up to date."""
        del budget_s
        return True


class MemoryVectorStore:
    """`VectorStore` whose collections are gone with it."""

    def __init__(self) -> None:
        self._client: AsyncQdrantClient | None = None
        self._indexes: dict[str, MemoryIndex] = {}
        self._active: dict[str, CollectionSpec] = {}

    async def open(self, spec: CollectionSpec) -> MemoryIndex:
        """Opens a collection, creating it at first.

        Raises:
            EncoderMismatch: it was opened for other fingerprints before.
        """
        if spec.name in self._active and spec.key not in self._indexes:
            raise EncoderMismatch(f"The vectors of {spec.name} were made by another encoder.")
        index = await self.begin_generation(spec)
        if index.spec != spec:
            raise EncoderMismatch(f"The vectors of {spec.name} have other sizes.")
        self._active[spec.name] = spec
        return index

    async def begin_generation(self, spec: CollectionSpec) -> MemoryIndex:
        """Opens a generation beside the active one, to be filled."""
        if self._client is None:
            self._client = AsyncQdrantClient(":memory:")
        if spec.key not in self._indexes:
            await self._client.create_collection(
                spec.key,
                vectors_config={
                    name: models.VectorParams(size=size, distance=models.Distance.COSINE)
                    for name, size in spec.dense.items()
                },
                sparse_vectors_config={
                    name: models.SparseVectorParams(modifier=models.Modifier.IDF)
                    for name in spec.sparse
                },
            )
            self._indexes[spec.key] = MemoryIndex(spec, self._client)
        return self._indexes[spec.key]

    async def generations(self, name: str) -> list[CollectionSpec]:
        """What the generations of a name were born with."""
        return [each.spec for each in self._indexes.values() if each.spec.name == name]

    async def activate(self, spec: CollectionSpec) -> None:
        """Makes a generation that was begun the active one."""
        self._active[spec.name] = spec

    async def drop(self, spec: CollectionSpec) -> None:
        """Forgets a generation.

        Raises:
            Conflict: it is the active one.
        """
        if self._active.get(spec.name) == spec:
            raise Conflict(f"The vectors of {spec.name} are in use; they cannot be deleted.")
        if self._client is not None and self._indexes.pop(spec.key, None) is not None:
            await self._client.delete_collection(spec.key)

    async def close(self) -> None:
        """Forgets every collection."""
        if self._client is not None:
            await self._client.close()
        self._client = None
        self._indexes.clear()
        self._active.clear()


def _selected(selector: models.Filter | Sequence[str]) -> models.PointsSelector:
    if isinstance(selector, models.Filter):
        return models.FilterSelector(filter=selector)
    check_ids(selector)
    return models.PointIdsList(points=list(selector))
