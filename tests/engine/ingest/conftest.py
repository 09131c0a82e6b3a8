"""Ingest around one folder for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from engine.vectors.memory import MemoryVectorStore
from tests.engine.ingest.rig import Rig, open_rig


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """Keeps structlog from drawing tracebacks on the terminal, which takes seconds."""
    with capture_logs():
        yield


@pytest.fixture
async def store() -> AsyncIterator[MemoryVectorStore]:
    """A vector index that outlives restarts within the test."""
    store = MemoryVectorStore()
    yield store
    await store.close()


@pytest.fixture
async def rig(tmp_path: Path, store: MemoryVectorStore) -> AsyncIterator[Rig]:
    """Ingest on an empty folder."""
    async with open_rig(tmp_path, store) as rig:
        yield rig
