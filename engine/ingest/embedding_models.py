"""From pixels and words to the named vectors of points."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from engine.encoders.ports import ImageTextEncoder, Pixels, TextEncoder
from engine.ingest.collections import BM25, CLIP, SENTENCE, PointVectors
from engine.ingest.ports import TermWeigher


@dataclass(frozen=True)
class EmbeddingModels:
    """Everything that turns content into vectors."""

    clip: ImageTextEncoder
    sentence: TextEncoder
    terms: TermWeigher

    async def picture_vectors(self, pictures: Sequence[Pixels]) -> list[PointVectors]:
        """The vectors of pictures, in the order given."""
        features = await self.clip.encode_images(pictures)
        return [{CLIP: row.tolist()} for row in features]

    async def text_vectors(self, texts: Sequence[str]) -> list[PointVectors]:
        """The vectors of texts, in the order given; one without words to find has no sparse one."""
        vectors: list[PointVectors] = []
        for row, text in zip(await self.sentence.encode_texts(texts), texts, strict=True):
            (terms,) = self.terms.document_vectors([text])
            sparse = {BM25: terms} if terms.indices else {}
            vectors.append({SENTENCE: row.tolist(), **sparse})
            await asyncio.sleep(0)  # weighing a long text takes milliseconds and holds the GIL
        return vectors
