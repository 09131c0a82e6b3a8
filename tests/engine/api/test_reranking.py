"""An engine with a re-ranker, from the setting to the order of hits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.client import EngineClient
from engine.schemas import Hit, SearchRequest
from tests.engine.api.conftest import text_item
from tests.engine.cross_encoders import FAVOURITE, write_cross_encoder
from tests.engine_process import EngineProcess

MESSAGES = {
    "1": "We saw an animal with stripes at the zoo.",
    "2": f"At the zoo an animal with stripes is called {FAVOURITE}.",
    "3": f"Zoo animal with stripes: {FAVOURITE} {FAVOURITE} {FAVOURITE}.",
}


@pytest.fixture
def reranking_engine(tmp_path: Path) -> Iterator[EngineProcess]:
    """An engine whose re-ranker likes one word."""
    model = write_cross_encoder(tmp_path / "likes-zebras")
    with EngineProcess(tmp_path / "data", rerank_model=model, profile="starter") as engine:
        yield engine.start().ready()


async def found(client: EngineClient) -> list[Hit]:
    """The messages that are found, after they have been stored."""
    for message, text in MESSAGES.items():
        await client.add_item(text_item("zoo", message, text))
    await client.library("zoo", wait_embedded_s=30)
    answer = await client.search(
        SearchRequest.model_validate(
            {
                "library_id": "zoo",
                "channel_ids": ["c"],
                "parts": [{"text": "an animal with stripes at the zoo"}],
            }
        )
    )
    return answer.hits


@pytest.mark.timeout(400)  # starts an engine, which a busy machine takes minutes for
async def test_hits_come_in_the_order_of_the_reranker_in_the_bands_of_nearness(
    shared_engine: EngineProcess, reranking_engine: EngineProcess
) -> None:
    """The model named in ENGINE_RERANK_MODEL would be loaded for nothing, or decide what fits."""
    async with shared_engine.client() as client:
        plain = await found(client)
    async with reranking_engine.client() as client:
        readiness = await client.ready()
        ordered = await found(client)
    assert [state.name for state in readiness.encoders] == ["clip", "sentence", "reranker"]
    assert [hit.place.message_id for hit in plain] == ["1", "2", "3"]
    assert [hit.place.message_id for hit in ordered] == ["3", "2", "1"]
    assert {hit.place.message_id: (hit.band, hit.score) for hit in ordered} == {
        hit.place.message_id: (hit.band, hit.score) for hit in plain
    }
