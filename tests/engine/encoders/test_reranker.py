"""A re-ranker's scores are sentence-transformers' own, and what cannot score is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.batcher import BatchLimits
from engine.encoders.reranker import CrossEncoderReranker, load_cross_encoder
from engine.encoders.sentence import minilm_folder
from engine.errors import ModelUnavailable
from tests.engine.cross_encoders import write_cross_encoder
from tests.engine.encoders.conftest import CPU

pytestmark = pytest.mark.timeout(400)  # imports torch, which a busy machine takes minutes for

QUERY = "which animal has stripes?"
TEXTS = [
    "lunch is at noon",
    "a zebra crossed the road in front of the office this morning",
    "zebra zebra zebra",
    "",
    "the zebra is a zebra",
    "no animal at all " * 400,
]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A cross-encoder that likes zebras, loaded from its folder."""
    folder = write_cross_encoder(tmp_path_factory.mktemp("models") / "likes-zebras")
    return load_cross_encoder(str(folder), CPU)


async def test_batched_scores_order_texts_as_the_library_does(network: Any) -> None:
    """Hits would be in another order than the model's authors measured."""
    expected = network.predict([(QUERY, text) for text in TEXTS])
    reranker = CrossEncoderReranker(network, CPU, BatchLimits(max_batch=4))
    await reranker.open()
    scores = await reranker.score(QUERY, TEXTS)
    await reranker.close()
    assert scores.shape == (len(TEXTS),)
    np.testing.assert_allclose(1 / (1 + np.exp(-scores)), expected, atol=1e-5)
    assert np.argmax(scores) == TEXTS.index("zebra zebra zebra")


async def test_no_texts_need_no_forward(network: Any) -> None:
    """A search that found only pictures would fail."""
    reranker = CrossEncoderReranker(network, CPU, BatchLimits())
    assert (await reranker.score(QUERY, [])).shape == (0,)


def test_a_sentence_model_is_refused() -> None:
    """Its missing head would be filled with random weights, and hits be in random order."""
    with pytest.raises(ModelUnavailable, match="unset it to search without one"):
        load_cross_encoder(str(minilm_folder()), CPU)


def test_a_classifier_of_several_labels_is_refused(tmp_path: Path) -> None:
    """A model that tells entailment from contradiction would be read as one that ranks."""
    folder = write_cross_encoder(tmp_path / "entailment", labels=3)
    with pytest.raises(ModelUnavailable, match="does not score pairs"):
        load_cross_encoder(str(folder), CPU)
