"""Every implementation of the vector index, in turn.

The server is Qdrant's REST API over the client's local mode, with every request checked against
Qdrant's OpenAPI; and the real one that `QDRANT_URL` names (`QDRANT_API_KEY`: its key).
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from qdrant_client import AsyncQdrantClient, models

from engine.vectors import (
    EdgeVectorStore,
    MemoryVectorStore,
    ServerVectorStore,
    VectorIndex,
    VectorStore,
)
from engine.vectors.server.connection import Connection, connect
from engine.vectors.server.layout import Layout
from tests.contract.points import SPEC
from tests.qdrant_over_http import QdrantOverHttp


async def delete_collections(prefix: str, qdrant: AsyncQdrantClient) -> None:
    """Deletes the collections whose names begin so."""
    for each in (await qdrant.get_collections()).collections:
        if each.name.startswith(prefix):
            await qdrant.delete_collection(each.name)


@asynccontextmanager
async def a_server() -> AsyncIterator[ServerVectorStore]:
    """A store on the server that `QDRANT_URL` names, left as it was."""
    url, key = os.environ.get("QDRANT_URL"), os.environ.get("QDRANT_API_KEY")
    if url is None:
        pytest.skip("QDRANT_URL names no Qdrant server to run against")
    connection = connect(url, key)
    prefix = f"test-{uuid4().hex[:8]}"
    store = ServerVectorStore(connection, Layout(prefix=prefix))
    try:
        yield store
    finally:
        await connection.change(partial(delete_collections, prefix))
        await store.close()


@asynccontextmanager
async def a_store(kind: str, folder: Path) -> AsyncIterator[VectorStore]:
    """A store of a kind, closed in the end."""
    opened: VectorStore
    match kind:
        case "edge":
            opened = EdgeVectorStore(folder)
        case "memory":
            opened = MemoryVectorStore()
        case _:
            opened = ServerVectorStore(
                Connection(QdrantOverHttp().client()), Layout(quantized=True)
            )
    yield opened
    await opened.close()


@pytest_asyncio.fixture(
    params=["edge", "memory", "http", "server"], scope="module", loop_scope="module"
)
async def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[VectorStore]:
    """Each implementation in turn; starting one a test would take minutes on a slow disk."""
    kind = request.param
    folder = tmp_path_factory.mktemp("vectors")
    async with a_server() if kind == "server" else a_store(kind, folder) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def index(store: VectorStore) -> VectorIndex:
    """An open collection, emptied of what other tests left."""
    opened = await store.open(SPEC)
    await opened.delete(models.Filter())
    return opened
