"""From pixels and words to the named vectors of points."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from engine.encoders.ports import ImageTextEncoder, Pixels, TextEncoder
from engine.ingest.collections import BM25, CLIP, SENTENCE, ItemVectors, PointVectors
from engine.ingest.ports import TermWeigher

PASSAGES_AT_ONCE = 64
"""Passages handed to the encoder together: a book must not fill the queue that searches share."""


@dataclass(frozen=True)
class ItemContent:
    """What of an item is embedded.

    Attributes:
        rgb: a picture's pixels, uint8 (H, W, 3); None for a text.
        passages: in context, as `engine.passages.Passage.in_context` says.
    """

    rgb: Pixels | None
    passages: Sequence[str]


@dataclass(frozen=True)
class EmbeddingModels:
    """Everything that turns content into vectors."""

    clip: ImageTextEncoder
    sentence: TextEncoder
    terms: TermWeigher

    async def item_vectors(self, contents: Sequence[ItemContent]) -> list[ItemVectors]:
        """The vectors of items, in the order given; each encoder sees all its inputs together."""
        pictures = iter(
            await self.picture_vectors([each.rgb for each in contents if each.rgb is not None])
        )
        passages = iter(
            await self.text_vectors([text for each in contents for text in each.passages])
        )
        return [
            ItemVectors(
                picture=None if each.rgb is None else next(pictures),
                passages=[next(passages) for _ in each.passages],
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
