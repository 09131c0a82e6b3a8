"""Tokens, limits, health, errors and the description of the API."""

from collections.abc import AsyncIterator

import httpx
import pytest

from engine.client import EngineClient, EngineRefused
from tests.engine_process import EngineProcess

PROBLEM = "application/problem+json"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_no_token_or_a_wrong_one_is_refused_with_a_way_out(
    shared_engine: EngineProcess, headers: dict[str, str]
) -> None:
    """Anybody on the machine could read every library."""
    answer = httpx.get(f"{shared_engine.url}/v1/items", headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == PROBLEM
    assert "token" in answer.json()["detail"]


async def test_verify_is_the_owners(shared_engine: EngineProcess) -> None:
    """The bot's token could start work that reads every original."""
    async with shared_engine.client("bot") as bot:
        with pytest.raises(EngineRefused, match="owner"):
            await bot.verify()


async def test_health_tells_device_models_and_dtype(client: EngineClient) -> None:
    """An operator could not see whether the GPU is used."""
    readiness = await client.ready()
    assert readiness.status == "ready"
    assert {encoder.name for encoder in readiness.encoders} == {"clip", "sentence"}
    for encoder in readiness.encoders:
        assert encoder.fingerprint
        assert encoder.device
        assert encoder.dtype


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "items/no-such-item", None, 404),
        ("GET", "no/such/route", None, 404),
        ("POST", "search", {"library_id": "l"}, 422),
        ("POST", "encode", {"encoder": "sentence"}, 400),
        ("POST", "encode", {"encoder": "telepathy", "texts": ["x"]}, 404),
    ],
)
async def test_every_error_is_a_problem_with_a_sentence(
    http: httpx.AsyncClient, method: str, path: str, body: object, status: int
) -> None:
    """A script would have to guess what went wrong from a status code."""
    answer = await http.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    assert {"code", "detail", "title", "status"} <= answer.json().keys()


async def test_a_body_beyond_all_limits_is_cut_off(http: httpx.AsyncClient) -> None:
    """One request could fill the engine's memory."""

    async def endless() -> AsyncIterator[bytes]:
        chunk = b"x" * 2**20
        for _ in range(300):
            yield chunk

    answer = await http.post(
        "search", content=endless(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


def test_the_api_describes_the_bodies_it_takes(shared_engine: EngineProcess) -> None:
    """The page at /docs would say nothing about uploads and searches."""
    document = httpx.get(f"{shared_engine.url}/openapi.json", trust_env=False).json()
    post = document["paths"]["/v1/search"]["post"]
    assert set(post["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    assert "SearchRequest" in document["components"]["schemas"]


async def test_metrics_count_requests_by_route(
    shared_engine: EngineProcess, http: httpx.AsyncClient
) -> None:
    """Nobody could see from outside what the engine is asked for."""
    await http.get("items", params={"library_id": "metrics"})
    answer = await http.get(f"{shared_engine.url}/metrics")
    assert 'magpie_requests_total{method="GET",route="/items",status="200"}' in answer.text
