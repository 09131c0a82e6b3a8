"""From query vectors to matches, over the index in memory."""

import uuid
from collections.abc import Sequence

import pytest
from qdrant_client import models

from engine.ingest.collections import BM25, SENTENCE
from engine.schemas import ItemKind
from engine.search import background
from engine.search.background import Background
from engine.search.calibration import THRESHOLDS, Pair
from engine.search.retrieval import Match, PassageRetriever
from engine.vectors import CollectionSpec, MemoryVectorStore, VectorIndex
from engine.vectors.sparse import Bm25Encoder
from tests.engine.search.cosines import DIMENSIONS, NORTH, REFERENCE, REQUEST, at

TERMS = Bm25Encoder()


async def index_of(texts: Sequence[tuple[str, float]]) -> VectorIndex:
    """Messages, each at a cosine from `NORTH`."""
    spec = CollectionSpec("passages", "f", {SENTENCE: DIMENSIONS}, (BM25,))
    index = await MemoryVectorStore().open(spec)
    await write(index, texts, first=0)
    return index


async def write(index: VectorIndex, texts: Sequence[tuple[str, float]], first: int) -> None:
    """Adds messages, numbered from `first`."""
    terms = TERMS.document_vectors([text for text, _ in texts])
    await index.upsert(
        [
            models.PointStruct(
                id=str(uuid.UUID(int=first + n)),
                vector={SENTENCE: at(cosine).tolist(), BM25: terms[n]},
                payload={
                    "library_id": "l",
                    "item_id": str(uuid.UUID(int=first + n)),
                    "kind": "text",
                    "passage": 0,
                },
            )
            for n, (_, cosine) in enumerate(texts)
        ]
    )


async def found(index: VectorIndex, words: str) -> dict[int, Match]:
    """Matches by the number of the message."""
    retriever = PassageRetriever(index, Background(index, SENTENCE, REFERENCE), TERMS.query_vector)
    matches = await retriever.find(REQUEST, [ItemKind.TEXT], NORTH, words, limit=10)
    return {uuid.UUID(match.item_id).int: match for match in matches}


async def test_an_error_code_typed_word_for_word_is_found() -> None:
    """A sentence encoder knows no "E4711"; somebody who searches for it wants just that."""
    others = [("The printer is out of paper", 0.35), ("Who has the printer's manual?", 0.3)]
    index = await index_of([others[0], ("Printer says E4711", 0.05), others[1]])
    matches = await found(index, "e4711 printer")
    assert matches[1].nearness > matches[0].nearness
    assert matches[1].nearness >= THRESHOLDS[Pair.TEXT_TO_TEXT].weak


async def test_the_score_is_the_cosine_whatever_the_words_add() -> None:
    """A score would not be comparable within its kind, as the schema promises."""
    matches = await found(await index_of([("lunch is here", 0.5)]), "lunch")
    assert round(matches[0].score, 4) == 0.5
    assert matches[0].nearness > 0.5


async def test_an_old_sample_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chat that fills within hours would be measured against its first minutes."""
    monkeypatch.setattr(background, "SAMPLE_MAX_AGE_S", 0.0)
    index = await index_of([("first", 0.1)])
    measured = Background(index, SENTENCE, REFERENCE)
    before = await measured.of("l")
    await write(index, [("second", 0.2)], first=1)
    assert len((await measured.of("l")).features) == len(before.features) + 1
