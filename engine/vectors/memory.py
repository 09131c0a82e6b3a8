"""The index in memory, by qdrant-client's local mode: an oracle for tests, never a store.

It answers by brute force with Qdrant's semantics written a second time, in Python; at 100k points
a filtered search takes seconds.
"""

from __future__ import annotations

from qdrant_client import AsyncQdrantClient

from engine.vectors.server.connection import Connection
from engine.vectors.server.layout import Layout
from engine.vectors.server.store import ServerVectorStore


class MemoryVectorStore(ServerVectorStore):
    """The store of a server that is only a client, and gone with it."""

    def __init__(self) -> None:
        super().__init__(Connection(AsyncQdrantClient(":memory:")), Layout(indexes={}))
