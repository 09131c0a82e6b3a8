"""Texts as sparse vectors for BM25, by Qdrant's own implementation within Edge.

A document's weight for a term is the term-frequency part of Okapi BM25 (Robertson and Zaragoza,
"The Probabilistic Relevance Framework: BM25 and Beyond", 2009, eq. 3.15),
``tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / avg_length))``; a query's weight is 1 for each
of its terms. The inverse document frequency is applied by the index, from its own counts: the
collection's sparse vectors have the IDF modifier.

Words become terms as follows: NFKC, lower case, accents folded, cut by charabia (which knows where
words end in Chinese, Japanese and Thai too), English stop words dropped, the English Snowball
stemmer, and a 31-bit hash as the term's index. Other languages match by whole words. Everything is
deterministic. The first Chinese or Japanese text loads a dictionary, 0.4 s, once per process.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import normalize

import qdrant_edge
from qdrant_client import models

K1 = 1.2
"""Saturation of the term frequency; Qdrant's and Lucene's default."""

B = 0.75
"""How much the length of a document counts; Qdrant's and Lucene's default."""

AVG_LENGTH = 64.0
"""Assumed mean length of a document in terms. Messages have about 10, passages of documents 60 to
100; Qdrant's default of 256 lost 2 points of nDCG@10 on Cranfield (`benchmarks.quality.documents`),
while all values from 30 to 80 are as good."""


class Bm25Encoder:
    """Makes the `bm25` vectors of passages and queries; about 0.3 ms for 300 words."""

    def __init__(self) -> None:
        self._model = qdrant_edge.Bm25(
            qdrant_edge.Bm25Config(
                k=K1,
                b=B,
                avg_len=AVG_LENGTH,
                tokenizer=qdrant_edge.TokenizerType.Multilingual,
                language="english",
                ascii_folding=True,
            )
        )

    def document_vectors(self, texts: Sequence[str]) -> list[models.SparseVector]:
        """Encodes texts to be searched; one of stop words only becomes an empty vector."""
        return [_sparse_vector(self._model.embed_document(_clean(text))) for text in texts]

    def query_vector(self, text: str) -> models.SparseVector:
        """Encodes a text to search with; an empty vector finds nothing."""
        return _sparse_vector(self._model.embed_query(_clean(text)))


def _clean(text: str) -> str:
    """NFKC, without the lone surrogates that UTF-8 cannot hold."""
    return normalize("NFKC", text.encode("utf-8", "ignore").decode("utf-8"))


def _sparse_vector(vector: qdrant_edge.SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=vector.indices, values=vector.values)
