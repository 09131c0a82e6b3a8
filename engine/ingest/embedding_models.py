"""From pixels and words to the named vectors of points."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.encoders.ports import ImageTextEncoder, Pixels, TextEncoder
from engine.ingest.collections import (
    BM25,
    CLIP,
    SENTENCE,
    CollectionName,
    ItemVectors,
    PointVectors,
)
from engine.ingest.ports import TermWeigher
from engine.schemas import Box

PASSAGES_AT_ONCE = 64
"""Passages handed to the encoder together: a book must not fill the queue that searches share."""

MARGIN_SHARE = 0.1
"""Of a region's sides, left around it on each: boxes are tight, pictures are not."""


@dataclass(frozen=True)
class ItemContent:
    """What of an item is embedded.

    Attributes:
        rgb: a picture's pixels, uint8 (H, W, 3); None for a text.
        passages: in context, as `engine.passages.Passage.in_context` says.
        regions: the parts of the picture that have vectors of their own.
    """

    rgb: Pixels | None
    passages: Sequence[str]
    regions: Sequence[Box] = ()

    @property
    def crops(self) -> list[Pixels]:
        """The regions' pixels, with a little of what is around them."""
        return [] if self.rgb is None else [_crop(self.rgb, box) for box in self.regions]


@dataclass(frozen=True)
class EmbeddingModels:
    """Everything that turns content into vectors."""

    clip: ImageTextEncoder
    sentence: TextEncoder
    terms: TermWeigher

    @property
    def fingerprints(self) -> Mapping[CollectionName, str]:
        """Of the encoder that makes the vectors of each collection."""
        return {
            CollectionName.IMAGES: self.clip.card.fingerprint,
            CollectionName.PASSAGES: self.sentence.card.fingerprint,
            CollectionName.REGIONS: self.clip.card.fingerprint,
        }

    async def item_vectors(self, contents: Sequence[ItemContent]) -> list[ItemVectors]:
        """The vectors of items, in the order given; each encoder sees all its inputs together."""
        pictures = iter(
            await self.picture_vectors([each.rgb for each in contents if each.rgb is not None])
        )
        regions = iter(
            await self.picture_vectors([crop for each in contents for crop in each.crops])
        )
        passages = iter(
            await self.text_vectors([text for each in contents for text in each.passages])
        )
        return [
            ItemVectors(
                picture=None if each.rgb is None else next(pictures),
                passages=[next(passages) for _ in each.passages],
                regions=[next(regions) for _ in each.crops],
            )
            for each in contents
        ]

    async def picture_vectors(self, pictures: Sequence[Pixels]) -> list[PointVectors]:
        """The vectors of pictures, in the order given."""
        if not pictures:
            return []
        features = await self.clip.encode_images(pictures)
        return [{CLIP: row.tolist()} for row in features]

    async def text_vectors(self, texts: Sequence[str]) -> list[PointVectors]:
        """The vectors of texts, in the order given; one without words to find has no sparse one."""
        vectors: list[PointVectors] = []
        for start in range(0, len(texts), PASSAGES_AT_ONCE):
            some = texts[start : start + PASSAGES_AT_ONCE]
            for row, text in zip(await self.sentence.encode_texts(some), some, strict=True):
                (terms,) = self.terms.document_vectors([text])
                sparse = {BM25: terms} if terms.indices else {}
                vectors.append({SENTENCE: row.tolist(), **sparse})
                await asyncio.sleep(0)  # weighing a long text takes milliseconds and holds the GIL
        return vectors


def _crop(rgb: Pixels, box: Box) -> Pixels:
    """The part of a picture in a box and its margin, at least one pixel of it."""
    rows = _span(box.y, box.height, rgb.shape[0])
    columns = _span(box.x, box.width, rgb.shape[1])
    return rgb[rows, columns]


def _span(start: float, length: float, side_px: int) -> slice:
    margin = MARGIN_SHARE * length
    first = min(max(int((start - margin) * side_px), 0), side_px - 1)
    last = max(first + 1, math.ceil((start + length + margin) * side_px))
    return slice(first, last)
