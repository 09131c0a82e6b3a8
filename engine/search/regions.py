"""Retrieval of parts of pictures: small things, which the vector of the whole overlooks."""

from __future__ import annotations

from dataclasses import replace

from qdrant_client import models

from engine.encoders.ports import Features
from engine.ingest.collections import (
    CLIP,
    detector_of_point,
    item_id_of_point,
    passage_of_point,
)
from engine.schemas import SearchRequest
from engine.search.background import Background
from engine.search.calibration import Pair, score_scale
from engine.search.filters import build_filter
from engine.search.retrieval import ImageRetriever, Match
from engine.vectors.port import VectorIndex

REGIONS_A_PICTURE = 3
"""Regions fetched for each picture wanted: several of one picture are one match."""

LEAST_LEAD = 0.05
"""In nearness, of a region before its whole picture; else the whole is the better answer."""


class RegionRetriever:
    """Finds pictures by their regions, where these say more than the whole.

    Args:
        index: the collection of regions.
        background: what their scores are measured against.
        images: of the whole pictures.
        detector: fingerprint of the detector whose regions count; others are about to go.
    """

    def __init__(
        self, index: VectorIndex, background: Background, images: ImageRetriever, detector: str
    ) -> None:
        self._index = index
        self._background = background
        self._images = images
        self._detector = detector

    async def find(
        self, request: SearchRequest, query: Features, pair: Pair, limit: int
    ) -> list[Match]:
        """Of up to `limit` pictures, the region that leads before the whole; `query` is (D,)."""
        best = await self._best_regions(request, query, pair, limit)
        wholes = await self._images.judge(request.library_id, query, pair, list(best))
        return [
            replace(match, features=whole.features)
            for item_id, match in best.items()
            if (whole := wholes.get(item_id)) is not None
            and match.nearness >= whole.nearness + LEAST_LEAD
        ]

    async def _best_regions(
        self, request: SearchRequest, query: Features, pair: Pair, limit: int
    ) -> dict[str, Match]:
        """The region of each picture that is nearest to the query, by item id."""
        points = await self._index.search(
            request.library_id,
            models.QueryRequest(
                query=query.tolist(),
                using=CLIP,
                filter=build_filter(request),
                limit=limit * REGIONS_A_PICTURE,
                with_payload=True,
            ),
        )
        background = await self._background.of(request.library_id)
        scale = score_scale(query, background.features)
        best: dict[str, Match] = {}
        for point in points:
            if detector_of_point(point) == self._detector:
                match = Match(
                    item_id_of_point(point),
                    point.score,
                    scale.nearness(point.score),
                    pair,
                    region=passage_of_point(point),
                )
                best.setdefault(match.item_id, match)
        return dict(list(best.items())[:limit])
