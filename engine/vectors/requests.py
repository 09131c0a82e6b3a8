"""What is done to every query request before an index sees it.

Requests and their prefetches are both *stages*: a query by one named vector, under a filter.
A filter of the request holds for its prefetches too; Qdrant pushes it down into them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from qdrant_client import models

from engine.errors import NotFound
from engine.vectors.points import Vector, check_vector, named_vectors
from engine.vectors.spec import TENANT_KEY, CollectionSpec

Stage = TypeVar("Stage", models.QueryRequest, models.Prefetch)


class StageChange(Protocol):
    """Makes another stage of one."""

    def __call__(self, stage: Stage, /) -> Stage:
        """The changed stage; its prefetches are not its business."""
        ...


class ExampleSource(Protocol):
    """What of an index its requests need before it sees them."""

    @property
    def spec(self) -> CollectionSpec:
        """What the collection was born with."""
        ...

    async def retrieve(
        self, point_ids: Sequence[str], *, with_vectors: bool = False
    ) -> list[models.Record]:
        """The points that exist among `point_ids`, in no particular order."""
        ...


def within_library(library_id: str, inner: models.Filter | None) -> models.Filter:
    """The filter that passes what `inner` passes, of one library only."""
    tenant = models.FieldCondition(key=TENANT_KEY, match=models.MatchValue(value=library_id))
    return models.Filter(must=[tenant] if inner is None else [tenant, inner])


def scoped(library_id: str, request: models.QueryRequest) -> models.QueryRequest:
    """The same request, confined to a library."""
    return request.model_copy(update={"filter": within_library(library_id, request.filter)})


async def prepared(
    index: ExampleSource, library_id: str, requests: Sequence[models.QueryRequest]
) -> list[models.QueryRequest]:
    """Requests as an index runs them: checked, examples as vectors, confined to a library.

    Args:
        index: that they are for.
        library_id: of the library.
        requests: as they were asked.

    Raises:
        ValueError: the index cannot answer one of them; see `check_request`.
        NotFound: an example is not there; see `resolve_examples`.
    """
    for request in requests:
        check_request(index.spec, request)
    ids = sorted(set().union(*(example_ids(request) for request in requests)))
    if ids:
        records = await index.retrieve(ids, with_vectors=True)
        requests = [resolve_examples(library_id, request, records) for request in requests]
    return [scoped(library_id, request) for request in requests]


def compared_by(
    params: models.SearchParams | None, request: models.QueryRequest
) -> models.QueryRequest:
    """The same request, with `params` for every vector that is searched for without its own."""

    def compared(stage: Stage) -> Stage:
        if params is None or stage.using is None or stage.params is not None:
            return stage
        return stage.model_copy(update={"params": params})

    return _map_stages(request, compared)


def check_request(spec: CollectionSpec, request: models.QueryRequest) -> None:
    """Refuses a request that a collection cannot answer.

    Raises:
        ValueError: a vector that the collection does not have, of the wrong size or with a value
            that is not finite; or a fusion whose `k` is left to the client's default.
    """
    for stage in _stages(request):
        match stage.query:
            case models.FusionQuery() | models.RrfQuery(rrf=models.Rrf(k=None)):
                raise ValueError("fuse with RrfQuery and an explicit k: its default of 2 is a trap")
        for vector in _examples(stage.query):
            if not isinstance(vector, str):
                check_vector(spec, stage.using or "", vector)


def example_ids(request: models.QueryRequest) -> set[str]:
    """The ids of points that serve as examples somewhere in a request."""
    return {
        example
        for stage in _stages(request)
        for example in _examples(stage.query)
        if isinstance(example, str)
    }


def resolve_examples(
    library_id: str, request: models.QueryRequest, records: Sequence[models.Record]
) -> models.QueryRequest:
    """Puts the vectors of example points in the place of their ids.

    As in Qdrant, an example point is not among the hits of the stage that it serves.

    Args:
        library_id: the library that the examples must belong to.
        request: with ids among its examples.
        records: the points of `example_ids`, with payload and vectors.

    Raises:
        NotFound: an example does not exist in this library.
    """
    vectors = {
        str(record.id): named_vectors(record.vector)
        for record in records
        if (record.payload or {}).get(TENANT_KEY) == library_id
    }

    def resolve(stage: Stage) -> Stage:
        ids = [each for each in _examples(stage.query) if isinstance(each, str)]
        if not ids:
            return stage
        others = models.Filter(must_not=[models.HasIdCondition(has_id=list(ids))])
        if stage.filter is not None:
            others.must = [stage.filter]
        query = _with_vectors(stage.query, stage.using or "", vectors)
        return stage.model_copy(update={"query": query, "filter": others})

    return _map_stages(request, resolve)


def prefetches_of(stage: models.QueryRequest | models.Prefetch) -> list[models.Prefetch]:
    """The prefetches of a stage as a list, however they were given."""
    if stage.prefetch is None:
        return []
    return stage.prefetch if isinstance(stage.prefetch, list) else [stage.prefetch]


def _stages(
    stage: models.QueryRequest | models.Prefetch,
) -> Iterator[models.QueryRequest | models.Prefetch]:
    yield stage
    for prefetch in prefetches_of(stage):
        yield from _stages(prefetch)


def _map_stages(stage: Stage, change: StageChange) -> Stage:
    prefetches = [_map_stages(each, change) for each in prefetches_of(stage)]
    changed = change(stage)
    return changed.model_copy(update={"prefetch": prefetches}) if prefetches else changed


def _examples(query: models.QueryInterface | None) -> list[models.VectorInput]:
    match query:
        case models.NearestQuery():
            return [query.nearest]
        case models.RecommendQuery():
            return [*(query.recommend.positive or []), *(query.recommend.negative or [])]
        case list() | str() | models.SparseVector():
            return [query]
        case _:
            return []


def _with_vectors(
    query: models.QueryInterface | None, using: str, vectors: Mapping[str, Mapping[str, Vector]]
) -> models.QueryInterface | None:
    def vector_of(example: models.VectorInput) -> models.VectorInput:
        if not isinstance(example, str):
            return example
        named = vectors.get(example, {})
        if using not in named:
            raise NotFound(
                f"There is no indexed item {example} in this library to search similar ones for."
            )
        return named[using]

    match query:
        case str():
            return vector_of(query)
        case models.NearestQuery():
            return query.model_copy(update={"nearest": vector_of(query.nearest)})
        case models.RecommendQuery():
            examples = {
                side: [vector_of(each) for each in getattr(query.recommend, side) or []]
                for side in ("positive", "negative")
            }
            return models.RecommendQuery(recommend=query.recommend.model_copy(update=examples))
        case _:
            return query
