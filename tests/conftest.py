"""One real engine for all tests that only talk to it."""

from collections.abc import Iterator

import pytest

from tests.engine_process import EngineProcess


@pytest.fixture(scope="session")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    """A warm engine on the starter profile; tests keep apart by using libraries of their own."""
    with EngineProcess(tmp_path_factory.mktemp("engine")) as engine:
        yield engine.start().ready()
