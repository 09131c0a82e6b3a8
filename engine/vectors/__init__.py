"""Qdrant behind a port: the vectors of a library.

The names below are loaded on first use: the index's own process imports this package too, and
must not pay for `qdrant_client`, which takes longer to import than a restart may last.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.vectors.edge.store import EdgeVectorStore
    from engine.vectors.memory import MemoryVectorStore
    from engine.vectors.port import VectorIndex, VectorStore
    from engine.vectors.server.store import ServerVectorStore
    from engine.vectors.spec import CollectionSpec

__all__ = [
    "CollectionSpec",
    "EdgeVectorStore",
    "MemoryVectorStore",
    "ServerVectorStore",
    "VectorIndex",
    "VectorStore",
]

_HOMES = {
    "CollectionSpec": "engine.vectors.spec",
    "EdgeVectorStore": "engine.vectors.edge.store",
    "MemoryVectorStore": "engine.vectors.memory",
    "ServerVectorStore": "engine.vectors.server.store",
    "VectorIndex": "engine.vectors.port",
    "VectorStore": "engine.vectors.port",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
