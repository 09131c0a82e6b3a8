"""The vector index as the services see it; `qdrant_client.models` is its language.

One index holds one collection, which belongs to exactly one encoder fingerprint.
Every read names its library: no caller can forget the tenant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from qdrant_client import models

from engine.vectors.spec import INTEGER_KEYS, KEYWORD_KEYS, CollectionSpec

__all__ = ["INTEGER_KEYS", "KEYWORD_KEYS", "CollectionSpec", "VectorIndex", "VectorStore"]


class VectorIndex(Protocol):
    """One open collection."""

    @property
    def spec(self) -> CollectionSpec:
        """What the collection was born with."""
        ...

    async def upsert(self, points: Sequence[models.PointStruct], *, durable: bool = False) -> None:
        """Writes points; with `durable` they survive a power cut when this returns.

        Raises:
            ValueError: a vector of the wrong size or with a value that is not finite;
                nothing is written then.
        """
        ...

    async def set_payload(
        self, selector: models.Filter | Sequence[str], payload: dict[str, object]
    ) -> None:
        """Merges `payload` into the payload of the points named by a filter or ids."""
        ...

    async def delete(self, selector: models.Filter | Sequence[str]) -> None:
        """Deletes the points named by a filter or ids; unknown ids are no error."""
        ...

    async def search(
        self, library_id: str, request: models.QueryRequest
    ) -> list[models.ScoredPoint]:
        """Runs one query within one library, best first."""
        ...

    async def search_batch(
        self, library_id: str, requests: Sequence[models.QueryRequest]
    ) -> list[list[models.ScoredPoint]]:
        """Runs several queries in one round trip."""
        ...

    async def retrieve(
        self, point_ids: Sequence[str], *, with_vectors: bool = False
    ) -> list[models.Record]:
        """The points that exist among `point_ids`, in no particular order."""
        ...

    async def scroll(
        self, scroll_filter: models.Filter | None, cursor: str | None, limit: int
    ) -> tuple[list[models.Record], str | None]:
        """A page of points in order of id, and the cursor of the next page."""
        ...

    async def count(self, library_id: str, count_filter: models.Filter | None = None) -> int:
        """How many points of a library pass the filter, exactly."""
        ...

    async def flush(self) -> None:
        """Makes everything written so far survive a power cut."""
        ...

    async def maintain(self, budget_s: float) -> bool:
        """Brings the index up to date with what was written; for idle times, as searches may wait.

        Args:
            budget_s: nothing is begun that is expected to take longer, in seconds.

        Returns:
            Whether nothing is left to be done.
        """
        ...


class VectorStore(Protocol):
    """Opens collections, and knows which generation of each is active."""

    async def open(self, spec: CollectionSpec) -> VectorIndex:
        """Opens the generation of a fingerprint and makes it the active one.

        The first of a name is created. Which encoder serves, the caller knows best: a crash between
        its decision and `activate` is put right here.

        Raises:
            EncoderMismatch: there are generations of that name, but of other fingerprints.
        """
        ...

    async def begin_generation(self, spec: CollectionSpec) -> VectorIndex:
        """Opens a generation beside the active one, to be filled; it is created or gone on with.

        Raises:
            StorageFailed: there is no room for it.
        """
        ...

    async def generations(self, name: str) -> list[CollectionSpec]:
        """What the generations of a name were born with, open or not."""
        ...

    async def activate(self, spec: CollectionSpec) -> None:
        """Makes a generation that was begun the active one; the other stays until it is dropped."""
        ...

    async def drop(self, spec: CollectionSpec) -> None:
        """Deletes a generation and frees its disk; one that is not there is no error.

        Raises:
            Conflict: it is the active one.
        """
        ...

    async def close(self) -> None:
        """Flushes and closes every collection."""
        ...
