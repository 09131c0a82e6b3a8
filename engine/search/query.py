"""From the parts of a request to one query vector in each space.

A composed query is the normalised weighted sum of its normalised parts,

    q = normalise(sum_i w_i f_i),

Rocchio's formula (Rocchio 1971, in The SMART Retrieval System, chapter 14) over one example a part:
a part of negative weight moves the query away from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.encoders.ports import Features, ImageTextEncoder, Pixels, TextEncoder
from engine.errors import InvalidQuery, LimitExceeded
from engine.schemas import ItemKind, QueryPart, SearchRequest


@dataclass(frozen=True)
class QueryLimits:
    """How much one query may hold."""

    max_parts: int
    max_chars: int


@dataclass(frozen=True)
class ResolvedPart:
    """A part with its content at hand: exactly one of text, pixels and features.

    Attributes:
        features: float32 (D_clip,), L2-normalised, of a picture that is in the index already.
    """

    weight: float
    text: str | None = None
    pixels: Pixels | None = None
    features: Features | None = None

    @property
    def is_picture(self) -> bool:
        """Whether the part is a picture."""
        return self.text is None


@dataclass(frozen=True)
class QueryVectors:
    """The query in each space it exists in.

    Attributes:
        image: float32 (D_clip,), L2-normalised; None when no picture is asked for.
        passage: float32 (D_sentence,), L2-normalised; None when no passage is asked for.
        words: the wanted words, for exact matching.
        has_picture: whether a wanted part is a picture.
    """

    image: Features | None
    passage: Features | None
    words: str
    has_picture: bool


def check(request: SearchRequest, uploads: int, limits: QueryLimits) -> None:
    """Refuses requests that cannot be answered, in words.

    Raises:
        InvalidQuery: a part is empty, ambiguous, or nothing is wanted.
        LimitExceeded: too many parts or characters.
    """
    if len(request.parts) > limits.max_parts:
        raise LimitExceeded(
            f"A search has at most {limits.max_parts} parts, this one has {len(request.parts)}."
        )
    for part in request.parts:
        _check_part(part, uploads, limits)
    if all(part.weight <= 0 for part in request.parts):
        raise InvalidQuery("Say what to look for, not only what to leave out.")
    if request.after and request.before and request.after >= request.before:
        raise InvalidQuery("'after' must be earlier than 'before'.")


def _check_part(part: QueryPart, uploads: int, limits: QueryLimits) -> None:
    given = [value for value in (part.text, part.upload, part.item_id) if value is not None]
    if len(given) != 1:
        raise InvalidQuery("Each part of a search is one of text, upload and item_id.")
    if part.text is not None and not part.text.strip():
        raise InvalidQuery("The search is empty: type some words or add a picture.")
    if part.text is not None and len(part.text) > limits.max_chars:
        raise LimitExceeded(
            f"A search takes at most {limits.max_chars} characters, this one has {len(part.text)}."
        )
    if part.upload is not None and part.upload >= uploads:
        raise InvalidQuery(f"The search names picture {part.upload}, but {uploads} came with it.")


def wanted_kinds(request: SearchRequest, parts: Sequence[ResolvedPart]) -> set[ItemKind]:
    """The kinds to search: as asked, else pictures for a query with a picture, else both."""
    if request.kinds is not None:
        return set(request.kinds)
    if any(part.is_picture and part.weight > 0 for part in parts):
        return {ItemKind.IMAGE}
    return {ItemKind.IMAGE, ItemKind.TEXT}


async def encode(
    parts: Sequence[ResolvedPart],
    kinds: set[ItemKind],
    clip: ImageTextEncoder,
    sentence: TextEncoder,
) -> QueryVectors:
    """Encodes the parts for every kind asked for, both spaces at once."""
    texts = [part for part in parts if part.text is not None]
    has_picture = any(part.is_picture and part.weight > 0 for part in parts)
    wants_words = any(part.weight > 0 for part in texts)
    # "Like this but at night" does not ask for pictures with the word "night" written in them.
    in_passages = wants_words and (ItemKind.TEXT in kinds or not has_picture)
    image, passage = await asyncio.gather(
        _encode_image_query(parts, clip) if ItemKind.IMAGE in kinds else _nothing(),
        _encode_passage_query(texts, sentence) if in_passages else _nothing(),
    )
    return QueryVectors(
        image=image,
        passage=passage,
        words=" ".join(part.text for part in texts if part.text and part.weight > 0),
        has_picture=has_picture,
    )


def compose(features: Features, weights: Sequence[float]) -> Features:
    """Combines parts into one query.

    Args:
        features: float32 (N, D), L2-normalised.
        weights: N factors.

    Returns:
        float32 (D,), L2-normalised.

    Raises:
        InvalidQuery: the parts cancel each other out.
    """
    q = np.asarray(weights, dtype=np.float32) @ features  # (N) @ (N, D) -> (D,)
    length = float(np.linalg.norm(q))
    if length < 1e-6:
        raise InvalidQuery("The parts of the search cancel each other out.")
    return np.asarray(q / length, dtype=np.float32)


async def _encode_image_query(parts: Sequence[ResolvedPart], clip: ImageTextEncoder) -> Features:
    rows = np.empty((len(parts), clip.card.embed_dim), dtype=np.float32)

    async def encode_texts() -> None:
        texts = {n: part.text for n, part in enumerate(parts) if part.text is not None}
        if texts:
            rows[list(texts)] = await clip.encode_texts(list(texts.values()))

    async def encode_pictures() -> None:
        pictures = {n: part.pixels for n, part in enumerate(parts) if part.pixels is not None}
        if pictures:
            rows[list(pictures)] = await clip.encode_images(list(pictures.values()))

    for n, part in enumerate(parts):
        if part.features is not None:
            rows[n] = part.features
    await asyncio.gather(encode_texts(), encode_pictures())
    return compose(rows, [part.weight for part in parts])


async def _encode_passage_query(texts: Sequence[ResolvedPart], sentence: TextEncoder) -> Features:
    rows = await sentence.encode_texts([part.text or "" for part in texts])
    return compose(rows, [part.weight for part in texts])


async def _nothing() -> None:
    return None
