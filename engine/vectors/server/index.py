"""One collection of a Qdrant server."""

from __future__ import annotations

from collections.abc import Sequence

from qdrant_client import models

from engine.vectors.points import check_ids, check_points
from engine.vectors.requests import compared_by, prepared, within_library
from engine.vectors.server.connection import Connection
from engine.vectors.spec import CollectionSpec

UPSERT_CHUNK = 256
"""Points a request: about 6 MB of JSON with 1,152-d vectors; a server takes 32 MB at most."""


class ServerIndex:
    """`VectorIndex` over the client of a server."""

    def __init__(
        self,
        spec: CollectionSpec,
        collection: str,
        connection: Connection,
        search_params: models.SearchParams | None,
    ) -> None:
        self._spec = spec
        self._collection = collection
        self._connection = connection
        self._search_params = search_params

    @property
    def spec(self) -> CollectionSpec:
        """What the collection was born with."""
        return self._spec

    async def upsert(self, points: Sequence[models.PointStruct], *, durable: bool = False) -> None:
        """Writes points in chunks, once all of them are checked; `durable` is up to the server."""
        del durable
        check_points(self._spec, points)
        for start in range(0, len(points), UPSERT_CHUNK):
            await self._write_chunk(points[start : start + UPSERT_CHUNK])

    async def set_payload(
        self, selector: models.Filter | Sequence[str], payload: dict[str, object]
    ) -> None:
        """Merges `payload` into the payload of the points named by a filter or ids."""
        selected = _selected(selector)
        await self._connection.write(
            lambda qdrant: qdrant.set_payload(self._collection, payload, selected, wait=True)
        )

    async def delete(self, selector: models.Filter | Sequence[str]) -> None:
        """Deletes the points named by a filter or ids; unknown ids are no error."""
        selected = _selected(selector)
        await self._connection.write(
            lambda qdrant: qdrant.delete(self._collection, selected, wait=True)
        )

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
        if not requests:
            return []
        ready = await prepared(self, library_id, requests)
        within = [compared_by(self._search_params, request) for request in ready]
        answers = await self._connection.read(
            lambda qdrant: qdrant.query_batch_points(self._collection, within)
        )
        return [answer.points for answer in answers]

    async def retrieve(
        self, point_ids: Sequence[str], *, with_vectors: bool = False
    ) -> list[models.Record]:
        """The points that exist among `point_ids`, in no particular order."""
        check_ids(point_ids)
        if not point_ids:
            return []
        return await self._connection.read(
            lambda qdrant: qdrant.retrieve(
                self._collection, list(point_ids), with_vectors=with_vectors
            )
        )

    async def scroll(
        self, scroll_filter: models.Filter | None, cursor: str | None, limit: int
    ) -> tuple[list[models.Record], str | None]:
        """A page of points in order of id, and the cursor of the next page."""
        records, following = await self._connection.read(
            lambda qdrant: qdrant.scroll(
                self._collection, scroll_filter=scroll_filter, limit=limit, offset=cursor
            )
        )
        return records, None if following is None else str(following)

    async def count(self, library_id: str, count_filter: models.Filter | None = None) -> int:
        """How many points of a library pass the filter, exactly."""
        scope = within_library(library_id, count_filter)
        counted = await self._connection.read(
            lambda qdrant: qdrant.count(self._collection, count_filter=scope, exact=True)
        )
        return counted.count

    async def flush(self) -> None:
        """Does nothing: a server syncs by itself, see `FLUSH_EVERY_S`."""

    async def maintain(self, budget_s: float) -> bool:
        """Says whether the server, which optimizes by itself, has nothing left to do."""
        del budget_s
        info = await self._connection.read(lambda qdrant: qdrant.get_collection(self._collection))
        return info.status is not models.CollectionStatus.YELLOW

    async def _write_chunk(self, points: Sequence[models.PointStruct]) -> None:
        await self._connection.write(
            lambda qdrant: qdrant.upsert(self._collection, list(points), wait=True)
        )


def _selected(selector: models.Filter | Sequence[str]) -> models.PointsSelector:
    if isinstance(selector, models.Filter):
        return models.FilterSelector(filter=selector)
    check_ids(selector)
    return models.PointIdsList(points=list(selector))
