"""Sentence vectors are sentence-transformers' own, however they are asked for."""

import asyncio
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders import sentence
from engine.encoders.batcher import BatchLimits
from engine.encoders.ports import EncoderCard, Features
from engine.encoders.sentence import SentenceEncoder, minilm_folder
from engine.errors import ModelUnavailable

pytestmark = pytest.mark.timeout(400)  # imports torch, which a busy machine takes minutes for

Loaded = tuple[Any, EncoderCard]

TEXTS = [
    "",
    "cash",
    "When does the release go out?",
    "Wann kommt die neue Version? 🚀",
    "a" * 3000,
    "the deploy failed because the disk was full " * 60,
    "  spaces \t and\nlines  ",
    *(
        f"message number {n} about {'cats' if n % 2 else 'databases'}" * (n % 5 + 1)
        for n in range(40)
    ),
]


@pytest.fixture(scope="module")
def library_rows(minilm: Loaded) -> Features:
    """What sentence-transformers itself gives for each text alone."""
    network, _ = minilm
    rows = [network.encode(text, normalize_embeddings=True) for text in TEXTS]
    return np.stack(rows).astype(np.float32)


async def test_batched_rows_equal_the_library(minilm: Loaded, library_rows: Features) -> None:
    """Search results would differ from what the model's authors measured."""
    encoder = SentenceEncoder(*minilm, BatchLimits(max_batch=16))
    await encoder.open()
    rows = await encoder.encode_texts(TEXTS)
    await encoder.close()
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, library_rows, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


async def test_single_concurrent_requests_get_their_own_rows(
    minilm: Loaded, library_rows: Features
) -> None:
    """Two people searching at once would get each other's results."""
    encoder = SentenceEncoder(*minilm, BatchLimits(max_batch=8))
    await encoder.open()
    order = list(range(len(TEXTS)))
    random.Random(3).shuffle(order)
    rows = await asyncio.gather(*(encoder.encode_texts([TEXTS[n]]) for n in order))
    await encoder.close()
    np.testing.assert_allclose(np.concatenate(rows), library_rows[order], atol=1e-5)


async def test_no_texts_give_no_rows(minilm: Loaded) -> None:
    """An empty file for `magpie encode` would crash."""
    encoder = SentenceEncoder(*minilm, BatchLimits())
    assert (await encoder.encode_texts([])).shape == (0, 384)


def test_card_says_what_is_served(minilm: Loaded) -> None:
    """Health and the collection would not know which model made the vectors."""
    _, card = minilm
    assert (card.name, card.model, card.embed_dim) == ("sentence", "all-MiniLM-L6-v2", 384)
    assert len(card.fingerprint) == 64


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A truncated download would serve vectors of noise."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"half of it")
    monkeypatch.setattr(sentence, "files", lambda _package: tmp_path)
    with pytest.raises(ModelUnavailable, match="reinstall the package"):
        minilm_folder()
