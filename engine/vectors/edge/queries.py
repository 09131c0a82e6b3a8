"""`qdrant_client` query requests as blueprints of Edge requests."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import cast

import numpy as np
from qdrant_client import models

from engine.vectors.edge.blueprint import Make
from engine.vectors.edge.filters import filter_blueprint, refuse_other_fields
from engine.vectors.points import Vector, as_float32
from engine.vectors.requests import prefetches_of

DEFAULT_LIMIT = 10
"""Hits of a request that names no limit, as the server has it."""


def request_blueprint(source: models.QueryRequest) -> Make:
    """Converts a request whose examples are vectors, not ids.

    Raises:
        ValueError: it asks for something that the embedded index is not taught.
    """
    refuse_other_fields(
        source,
        {
            "prefetch",
            "query",
            "using",
            "filter",
            "params",
            "score_threshold",
            "limit",
            "offset",
            "with_vector",
            "with_payload",
        },
    )
    fields = _stage(source)
    fields["offset"] = source.offset or 0
    fields["with_vector"] = source.with_vector or False
    fields["with_payload"] = _payload_selector(source.with_payload)
    return Make("QueryRequest", fields)


def dense_array(vector: Sequence[float]) -> array[float]:
    """Packs a vector as float32 (D,), a third of the size and time of a pickled list."""
    return array("f", as_float32(vector).tobytes())


def vector_blueprint(vector: Vector) -> object:
    """Converts a dense or sparse vector."""
    if isinstance(vector, models.SparseVector):
        return Make("SparseVector", {"indices": vector.indices, "values": vector.values})
    return dense_array(vector)


def _stage(source: models.QueryRequest | models.Prefetch) -> dict[str, object]:
    """The fields that requests and prefetches have in common."""
    return {
        "limit": DEFAULT_LIMIT if source.limit is None else source.limit,
        "query": _query(source.query, source.using),
        "prefetches": [_prefetch(each) for each in prefetches_of(source)],
        "filter": filter_blueprint(source.filter),
        "score_threshold": source.score_threshold,
        "params": _params(source.params),
    }


def _prefetch(source: models.Prefetch) -> Make:
    refuse_other_fields(
        source, {"prefetch", "query", "using", "filter", "params", "score_threshold", "limit"}
    )
    return Make("Prefetch", _stage(source))


def _query(source: models.QueryInterface | None, using: str | None) -> Make | None:
    match source:
        case None:
            return None
        case list() | models.SparseVector():
            return _nearest(cast("Vector", source), using)
        case models.NearestQuery():
            refuse_other_fields(source, {"nearest"})
            return _query(source.nearest, using)
        case models.RecommendQuery():
            return _recommend(source.recommend, using)
        case models.RrfQuery():
            return Make("Fusion.Rrf", {"k": source.rrf.k, "weights": source.rrf.weights})
        case _:
            raise ValueError(
                f"the embedded vector index does not know the query {type(source).__name__}"
            )


def _nearest(vector: Vector, using: str | None) -> Make:
    return Make("Query.Nearest", {"query": vector_blueprint(vector), "using": using})


def _recommend(source: models.RecommendInput, using: str | None) -> Make:
    positives = [_example(each) for each in source.positive or []]
    negatives = [_example(each) for each in source.negative or []]
    if source.strategy in (None, models.RecommendStrategy.AVERAGE_VECTOR):
        return _nearest(_average(positives, negatives), using)
    kind = {
        models.RecommendStrategy.BEST_SCORE: "Query.RecommendBestScore",
        models.RecommendStrategy.SUM_SCORES: "Query.RecommendSumScores",
    }[models.RecommendStrategy(source.strategy)]
    examples = {
        "positives": [dense_array(each) for each in positives],
        "negatives": [dense_array(each) for each in negatives],
    }
    return Make(kind, {"query": Make("RecommendQuery", examples), "using": using})


def _example(source: models.VectorInput) -> list[float]:
    if not isinstance(source, list) or (source and isinstance(source[0], list)):
        raise ValueError("examples of a recommendation must be dense vectors or ids of points")
    return [float(each) for each in source if not isinstance(each, list)]


def _average(positives: list[list[float]], negatives: list[list[float]]) -> list[float]:
    """mean(positive) + mean(positive) - mean(negative), Qdrant's `average_vector` strategy."""
    if not positives:
        raise ValueError("a recommendation by average vector needs a positive example")
    query = np.mean(positives, axis=0)  # (D,)
    if negatives:
        query = 2 * query - np.mean(negatives, axis=0)
    return [float(each) for each in query]


def _params(source: models.SearchParams | None) -> Make | None:
    if source is None:
        return None
    refuse_other_fields(source, {"hnsw_ef", "exact", "quantization", "indexed_only", "idf"})
    fields: dict[str, object] = {
        "hnsw_ef": source.hnsw_ef,
        "exact": bool(source.exact),
        "indexed_only": bool(source.indexed_only),
    }
    if source.quantization is not None:
        fields["quantization"] = Make(
            "QuantizationSearchParams",
            {
                "ignore": bool(source.quantization.ignore),
                "rescore": source.quantization.rescore,
                "oversampling": source.quantization.oversampling,
            },
        )
    if isinstance(source.idf, models.IdfCorpusParams):
        fields["idf"] = Make("IdfParams", {"corpus": filter_blueprint(source.idf.corpus)})
    return Make("SearchParams", fields)


def _payload_selector(source: models.WithPayloadInterface | None) -> object:
    match source:
        case None:
            return False
        case bool() | list():
            return source
        case models.PayloadSelectorInclude():
            return source.include
        case models.PayloadSelectorExclude():
            return Make("PayloadSelector.Exclude", {"keys": source.exclude})
