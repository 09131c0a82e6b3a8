"""The engine's own encoders and indexes, filled for a benchmark."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image
from qdrant_client import models

from engine.encoders.batcher import BatchLimits
from engine.encoders.clip import ClipEncoder, load_clip
from engine.encoders.device import choose_placement, limit_cpu_threads
from engine.encoders.ports import Features, Pixels, TextEncoder
from engine.encoders.profiles import STARTER, starter_folder
from engine.encoders.sentence import MINILM, SentenceEncoder, load_sentence_model
from engine.ingest.collections import BM25, CLIP, SENTENCE
from engine.schemas import SearchRequest
from engine.vectors import CollectionSpec, EdgeVectorStore, VectorIndex
from engine.vectors.sparse import Bm25Encoder

LIBRARY = "benchmark"
CHANNELS = [f"c{n}" for n in range(20)]
WRITE_BATCH = 256


@asynccontextmanager
async def clip_encoder(model: str | None = None) -> AsyncIterator[ClipEncoder]:
    """The CLIP encoder as the engine serves it; the shipped one unless another is named."""
    limit_cpu_threads()
    loaded = (
        load_clip(model, choose_placement())
        if model
        else load_clip(str(starter_folder()), choose_placement(), title=STARTER)
    )
    encoder = ClipEncoder(loaded, BatchLimits(), preprocess_threads=os.cpu_count() or 1)
    await encoder.open()
    yield encoder
    await encoder.close()


@asynccontextmanager
async def sentence_encoder() -> AsyncIterator[SentenceEncoder]:
    """The sentence encoder as the engine serves it."""
    limit_cpu_threads()
    network, card = load_sentence_model(MINILM, choose_placement())
    encoder = SentenceEncoder(network, card, BatchLimits())
    await encoder.open()
    yield encoder
    await encoder.close()


def passage_points(
    texts: Sequence[str], features: Features, terms: Bm25Encoder, library_id: str = LIBRARY
) -> list[models.PointStruct]:
    """A point for each text, as the embedder writes them; the id counts from 0."""
    return [
        _point(
            number,
            {SENTENCE: row.tolist(), **({BM25: sparse} if sparse.indices else {})},
            library_id,
            kind="text",
        )
        for number, (row, sparse) in enumerate(
            zip(features, terms.document_vectors(texts), strict=True)
        )
    ]


def picture_points(features: Features) -> list[models.PointStruct]:
    """A point for each picture; the id counts from 0."""
    return [
        _point(number, {CLIP: row.tolist()}, LIBRARY, kind="image")
        for number, row in enumerate(features)
    ]


def _point(
    number: int,
    vectors: dict[str, list[float] | models.SparseVector],
    library_id: str,
    *,
    kind: str,
) -> models.PointStruct:
    item_id = str(uuid.UUID(int=number))
    payload = {
        "library_id": library_id,
        "channel_id": channel_of(number),
        "item_id": item_id,
        "kind": kind,
        "passage": 0,
    }
    return models.PointStruct(id=item_id, vector=dict(vectors), payload=payload)


def channel_of(number: int) -> str:
    """Where a text or picture was posted: `CHANNELS` take turns."""
    return CHANNELS[number % len(CHANNELS)]


def number_of(item_id: str) -> int:
    """Which text or picture a point's id stands for."""
    return uuid.UUID(item_id).int


@asynccontextmanager
async def filled_index(
    points: Sequence[models.PointStruct], *, dense: str, sparse: Sequence[str] = ()
) -> AsyncIterator[VectorIndex]:
    """The points in an embedded index of their own."""
    first = points[0].vector
    assert isinstance(first, dict)
    dimensions = len(np.asarray(first[dense]))
    spec = CollectionSpec("benchmark", "benchmark", {dense: dimensions}, tuple(sparse))
    with tempfile.TemporaryDirectory() as folder:
        store = EdgeVectorStore(Path(folder))
        index = await store.open(spec)
        for start in range(0, len(points), WRITE_BATCH):
            await index.upsert(points[start : start + WRITE_BATCH])
        yield index
        await store.close()


async def encoded(encoder: TextEncoder, texts: Sequence[str]) -> Features:
    """The features of many texts; kept between runs in MAGPIE_BENCH_CACHE, if that is set."""
    folder = os.environ.get("MAGPIE_BENCH_CACHE")
    if folder is None:
        return await encoder.encode_texts(texts)
    named = json.dumps([encoder.card.fingerprint, *texts]).encode()
    file = Path(folder) / f"{hashlib.sha256(named).hexdigest()}.npy"
    if not file.exists():
        np.save(file, await encoder.encode_texts(texts))
    return np.asarray(np.load(file), dtype=np.float32)


def request_for(top_k: int, library_id: str = LIBRARY) -> SearchRequest:
    """A search of the whole library; what it searches for is handed to the retriever."""
    return SearchRequest.model_validate(
        {"library_id": library_id, "channel_ids": None, "parts": [{"text": "-"}], "top_k": top_k}
    )


def sample_pictures() -> dict[str, Pixels]:
    """The shipped sample pictures by their captions: uint8 (H, W, 3)."""
    folder = Path(str(files("bot.demo"))) / "pictures"
    return {
        file.stem.replace("-", " "): read_picture(file) for file in sorted(folder.glob("*.webp"))
    }


def shipped_reference() -> list[Pixels]:
    """The pictures that searches are measured against: uint8 (H, W, 3)."""
    folder = Path(str(files("engine.search"))) / "reference" / "pictures"
    return [read_picture(file) for file in sorted(folder.glob("*.webp"))]


def read_picture(file: Path) -> Pixels:
    """A picture's pixels, uint8 (H, W, 3)."""
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)
