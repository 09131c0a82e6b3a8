"""Found texts in the order of a model that reads each together with the query.

What may be shown, and in which band, stays with nearness, which is calibrated; a cross-encoder's
scores are not (`docs/adr/0014-reranking.md`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.encoders.ports import Reranker
from engine.search.query import ResolvedPart
from engine.search.ranking import Candidate

MOST_RERANKED = 32
"""Texts scored for one query: one full batch of the encoders' default, and three pages of hits."""


def question(parts: Sequence[ResolvedPart]) -> str | None:
    """What a cross-encoder can be asked: the text of a query that is nothing else.

    It reads one text and knows no weights and no pictures.
    """
    return parts[0].text if len(parts) == 1 else None


async def reranked(
    best_first: Sequence[Candidate], query: str, reranker: Reranker
) -> list[Candidate]:
    """The candidates, with the first texts among them in the order of the re-ranker.

    Pictures keep their places; the texts change theirs among each other.

    Raises:
        Busy: the re-ranker's queue is full.
        NotReady: its worker has died.
    """
    texts = [(n, c.passage.in_context) for n, c in enumerate(best_first) if c.passage is not None]
    texts = texts[:MOST_RERANKED]
    scores = await reranker.score(query, [text for _, text in texts])
    places = [place for place, _ in texts]
    order = list(best_first)
    for place, best in zip(places, np.argsort(-scores, kind="stable"), strict=True):
        order[place] = best_first[places[best]]
    return order
