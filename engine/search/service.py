"""One search from request to answer."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from engine.encoders.ports import ImageTextEncoder, Reranker, TextEncoder
from engine.errors import InvalidQuery
from engine.ingest.ports import PictureReader
from engine.passages import Passage
from engine.schemas import (
    Box,
    Item,
    ItemKind,
    Place,
    QueryPart,
    SearchAnswer,
    SearchRequest,
    Verdict,
)
from engine.search import query as queries
from engine.search.calibration import Pair
from engine.search.excerpts import Excerpter
from engine.search.hints import hint
from engine.search.query import QueryLimits, QueryVectors, ResolvedPart
from engine.search.ranking import Rows, candidates, hits
from engine.search.regions import RegionRetriever
from engine.search.reranking import question, reranked
from engine.search.retrieval import ImageRetriever, Match, PassageRetriever, SparseQuery

OVERFETCH = 4
"""Matches fetched for each hit asked for: reposts collapse and deleted rows drop out."""


class ItemReader(Protocol):
    """What a search asks of the catalogue."""

    async def get_many(self, item_ids: Sequence[str]) -> dict[str, Item]:
        """The items that exist, by id."""
        ...

    async def perceptual_hashes(self, item_ids: Sequence[str]) -> dict[str, bytes]:
        """What pictures look like, by id."""
        ...

    async def places(
        self, library_id: str, sha256s: Sequence[str], *, channel_ids: Sequence[str] | None
    ) -> dict[str, list[Place]]:
        """Where each content was posted, within the channels named."""
        ...


class PassageReader(Protocol):
    """What a search asks of the catalogue's passages."""

    async def get_many(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Passage]:
        """The passages that exist, by item id and ordinal."""
        ...


class RegionReader(Protocol):
    """What a search asks of the catalogue's regions."""

    async def get_many(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Box]:
        """The regions that exist, by item id and ordinal."""
        ...


@dataclass(frozen=True)
class SearchService:
    """Answers searches over the pictures and texts of one engine.

    Attributes:
        region_retriever: finds parts of pictures; None without a detector.
        reranker: orders found texts; None where none is wanted.
    """

    items: ItemReader
    passages: PassageReader
    regions: RegionReader
    pictures: PictureReader
    clip: ImageTextEncoder
    sentence: TextEncoder
    image_retriever: ImageRetriever
    passage_retriever: PassageRetriever
    sparse_query: SparseQuery
    limits: QueryLimits
    region_retriever: RegionRetriever | None = None
    reranker: Reranker | None = None

    async def search(self, request: SearchRequest, uploads: Sequence[bytes]) -> SearchAnswer:
        """Finds what a request describes.

        Raises:
            InvalidQuery: the request cannot be answered.
            UnreadablePicture: an uploaded picture cannot be decoded.
            Busy: an encoder's queue is full.
        """
        queries.check(request, len(uploads), self.limits)
        took = Stopwatch()
        with took.stage("decode"):
            parts = await asyncio.gather(
                *(self._resolve(part, request, uploads) for part in request.parts)
            )
        kinds = queries.wanted_kinds(request, parts)
        with took.stage("encode"):
            vectors = await queries.encode(parts, kinds, self.clip, self.sentence)
        with took.stage("retrieve"):
            reaches_any = request.channel_ids is None or bool(request.channel_ids)
            found = await self._retrieve(request, kinds, vectors) if reaches_any else []
            matches = [match for match in found if match.band is not None]
            rows = await self._rows(request, matches)
        best_first = candidates(matches, rows)
        asked = question(parts)
        if self.reranker is not None and asked is not None:
            with took.stage("rerank"):
                best_first = await reranked(best_first, asked, self.reranker)
        excerpter = Excerpter(vectors.words, self.sparse_query)
        shown = hits(best_first, rows, excerpter, request.top_k)
        return SearchAnswer(
            search_id=uuid.uuid4().hex,
            verdict=Verdict.OK if shown else Verdict.NO_GOOD_MATCH,
            hits=shown,
            took_ms=took.readings(),
            hint=hint(
                parts,
                vectors.words,
                self.sparse_query(vectors.words),
                clip_model=self.clip.card.model,
                sentence_model=self.sentence.card.model,
            ),
        )

    async def _resolve(
        self, part: QueryPart, request: SearchRequest, uploads: Sequence[bytes]
    ) -> ResolvedPart:
        if part.upload is not None:
            picture = await self.pictures.decode(uploads[part.upload])
            return ResolvedPart(part.weight, pixels=picture.rgb)
        if part.item_id is not None:
            return await self._resolve_item(part.item_id, part.weight, request)
        return ResolvedPart(part.weight, text=part.text)

    async def _resolve_item(
        self, item_id: str, weight: float, request: SearchRequest
    ) -> ResolvedPart:
        item = (await self.items.get_many([item_id])).get(item_id)
        if item is None or not _may_see(item, request):
            raise InvalidQuery("The item to compare with is gone.")
        if item.kind is ItemKind.TEXT:
            return ResolvedPart(weight, text=item.text or await self._opening(item_id))
        features = await self.image_retriever.stored_features(item_id)
        if features is None:
            raise InvalidQuery("That picture is still being read; try again in a moment.")
        return ResolvedPart(weight, features=features)

    async def _opening(self, item_id: str) -> str:
        """What a document begins with: its first passage says best what it is about."""
        passages = await self.passages.get_many([(item_id, 0)])
        if not passages:
            raise InvalidQuery("The document to compare with is gone.")
        return passages[item_id, 0].in_context

    async def _rows(self, request: SearchRequest, matches: Sequence[Match]) -> Rows:
        """What the catalogue holds of the matches; what does not wait for each other, at once."""
        if not matches:
            return Rows({}, {}, {}, {})
        item_ids = list(dict.fromkeys(match.item_id for match in matches))
        passage_keys = {(m.item_id, m.passage) for m in matches if m.passage is not None}
        region_keys = {(m.item_id, m.region) for m in matches if m.region is not None}
        items, passages, hashes, regions = await asyncio.gather(
            self.items.get_many(item_ids),
            self.passages.get_many(passage_keys),
            self.items.perceptual_hashes(item_ids),
            self._boxes(region_keys),
        )
        places = await self.items.places(
            request.library_id,
            [item.sha256 for item in items.values()],
            channel_ids=request.channel_ids,
        )
        return Rows(items, passages, places, hashes, regions)

    async def _boxes(self, keys: set[tuple[str, int]]) -> dict[tuple[str, int], Box]:
        return await self.regions.get_many(keys) if keys else {}

    async def _retrieve(
        self, request: SearchRequest, kinds: set[ItemKind], vectors: QueryVectors
    ) -> list[Match]:
        limit = request.top_k * OVERFETCH
        searches = []
        if vectors.image is not None:
            pair = Pair.IMAGE_TO_IMAGE if vectors.has_picture else Pair.TEXT_TO_IMAGE
            searches.append(self.image_retriever.find(request, vectors.image, pair, limit))
            if self.region_retriever is not None:
                searches.append(self.region_retriever.find(request, vectors.image, pair, limit))
        if vectors.passage is not None:
            searches.append(
                self.passage_retriever.find(request, kinds, vectors.passage, vectors.words, limit)
            )
        return [match for found in await asyncio.gather(*searches) for match in found]


class Stopwatch:
    """Milliseconds by stage, and in all."""

    def __init__(self) -> None:
        self._started_s = time.perf_counter()
        self._took_ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times a ``with`` block under `name`."""
        started_s = time.perf_counter()
        yield
        self._took_ms[name] = _ms_since(started_s)

    def readings(self) -> dict[str, float]:
        """Every stage so far, and the total since this stopwatch was made."""
        return {**self._took_ms, "total": _ms_since(self._started_s)}


def _ms_since(started_s: float) -> float:
    return round(1000 * (time.perf_counter() - started_s), 2)


def _may_see(item: Item, request: SearchRequest) -> bool:
    return item.place.library_id == request.library_id and (
        request.channel_ids is None or item.place.channel_id in request.channel_ids
    )
