"""How much of what was asked for stands in a text word by word, and what that adds.

The share of a query that a document covers is its BM25 score against the best that any document
could reach, so it lies between 0 and 1 like the scale of nearness:

    coverage = sum_t idf(t) w(t, d) / sum_t idf(t) (k1 + 1),    t over the query's terms,

with w the stored weights of `engine.vectors.sparse`, and Lucene's and Qdrant's
idf(t) = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)) over the background's N texts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from qdrant_client import models

from engine.vectors.sparse import K1

WORDS_WEIGHT = 0.6
"""What a full coverage adds to the nearness of a text. From 0.4 to 1 the ranking of Cranfield is
better than by meaning or by words alone; the more, the less short paraphrases can be trusted
(`benchmarks.quality.documents`)."""


class TermRarity:
    """How rare words are among some texts.

    Args:
        texts: their BM25 vectors.
    """

    def __init__(self, texts: Iterable[models.SparseVector] = ()) -> None:
        texts = list(texts)
        self._texts = len(texts)
        self._holders = Counter(term for text in texts for term in text.indices)

    def idf(self, term: int) -> float:
        """The inverse document frequency of a term; of an unseen one it is the largest."""
        holders = self._holders[term]
        return math.log1p((self._texts - holders + 0.5) / (holders + 0.5))

    def coverage(self, query: models.SparseVector, document: models.SparseVector) -> float:
        """How much of a query a document covers, from 0 to 1; 0 for a query without terms."""
        weights = dict(zip(document.indices, document.values, strict=True))
        best = sum(self.idf(term) for term in query.indices) * (K1 + 1)
        if not best:
            return 0.0
        return sum(self.idf(term) * weights.get(term, 0.0) for term in query.indices) / best
