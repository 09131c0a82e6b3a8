"""The health checks of the containers, run as they are written, against a server that stands in."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from engine.client import EngineCallFailed, EngineClient
from tests.deployment.containers import SERVICES, dockerfile_lists

(LIVE,) = dockerfile_lists(" +CMD")
READY = SERVICES["engine"]["healthcheck"]["test"][1:]
PORT = ":8701/"


class _StandIn(ThreadingHTTPServer):
    """Answers every request with one status, and notes what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: _StandIn

    def do_GET(self) -> None:
        """Notes the path."""
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def engine() -> Iterator[_StandIn]:
    """A server in the engine's place."""
    with _StandIn() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _passes(check: list[str], engine: _StandIn) -> bool:
    assert check[0] == "python"
    code = check[2].replace(PORT, f":{engine.server_port}/")
    assert code != check[2]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    return run.returncode == 0


@pytest.mark.parametrize("check", [LIVE, READY], ids=["live", "ready"])
def test_a_check_tells_a_well_engine_from_an_ill_one(check: list[str], engine: _StandIn) -> None:
    """A broken engine would count as healthy, or a well one never would."""
    assert _passes(check, engine)
    engine.status = 503
    assert not _passes(check, engine)


async def test_the_checks_ask_where_the_client_asks(engine: _StandIn) -> None:
    """A route that moves would make every container unhealthy."""
    _passes(LIVE, engine)
    _passes(READY, engine)
    checked, engine.asked = engine.asked, []
    async with EngineClient(engine.url, "a-token") as client:
        await client.live()
        with contextlib.suppress(EngineCallFailed):
            await client.ready()
    assert engine.asked == checked
