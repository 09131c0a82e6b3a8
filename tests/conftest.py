"""One real engine for all tests that only talk to it, and the tests that are not always run."""

from collections.abc import Iterator

import pytest

from tests.engine_process import EngineProcess


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--slow` runs the tests that take minutes, too."""
    parser.addoption("--slow", action="store_true", help="run the tests that take minutes, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips the slow tests, and says so in the summary."""
    if config.getoption("--slow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="takes minutes; `tests/run --slow` runs it"))


@pytest.fixture(scope="session")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    """A warm engine on the starter profile; tests keep apart by using libraries of their own."""
    with EngineProcess(tmp_path_factory.mktemp("engine")) as engine:
        yield engine.start().ready()
