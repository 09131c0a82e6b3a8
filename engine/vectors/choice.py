"""Which index an engine uses: the embedded one, unless a server is named."""

from __future__ import annotations

from engine.settings import EngineSettings
from engine.vectors.edge.store import EdgeVectorStore
from engine.vectors.server.connection import Deadlines, connect
from engine.vectors.server.layout import Layout
from engine.vectors.server.store import ServerVectorStore


def vector_store(settings: EngineSettings) -> EdgeVectorStore | ServerVectorStore:
    """Prepares the store that the settings ask for; nothing is opened yet."""
    if settings.qdrant_url is None:
        return EdgeVectorStore(settings.data_dir / "vectors", flush_every_s=settings.flush_every_s)
    key = settings.qdrant_api_key
    connection = connect(
        settings.qdrant_url,
        None if key is None else key.get_secret_value(),
        grpc_port=settings.qdrant_grpc_port,
        deadlines=Deadlines(settings.qdrant_timeout_s, settings.qdrant_write_timeout_s),
    )
    layout = Layout(
        prefix=settings.qdrant_prefix,
        quantized=settings.qdrant_quantized,
        on_disk=settings.qdrant_on_disk,
        shards=settings.qdrant_shards,
        replicas=settings.qdrant_replicas,
    )
    return ServerVectorStore(connection, layout)
