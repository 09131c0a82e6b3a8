"""The collections that the index's process has open."""

from __future__ import annotations

import time

import qdrant_edge

from engine.vectors.edge.folder import CollectionsFolder, open_shard
from engine.vectors.spec import CollectionSpec


class OpenShards:
    """Open collections by name, and which of them have writes not yet synced to disk."""

    def __init__(self, folder: CollectionsFolder) -> None:
        self._folder = folder
        self._shards: dict[str, qdrant_edge.EdgeShard] = {}
        self._unsynced_since: dict[str, float] = {}

    def open(self, spec: CollectionSpec) -> None:
        """Opens a collection; see `CollectionsFolder.active_generation`."""
        generation = self._folder.active_generation(spec)
        if spec.name not in self._shards:
            self._shards[spec.name] = open_shard(generation)

    def get(self, collection: str) -> qdrant_edge.EdgeShard:
        """An open collection."""
        return self._shards[collection]

    def update(self, collection: str, operation: qdrant_edge.UpdateOperation) -> None:
        """Applies a write; it survives a kill at once, and a power cut after `sync`."""
        self._unsynced_since.setdefault(collection, time.monotonic())
        self._shards[collection].update(operation)

    def sync(self, collection: str) -> None:
        """Makes a collection's writes survive a power cut."""
        if collection in self._unsynced_since:
            self._shards[collection].flush()
            del self._unsynced_since[collection]

    def sync_older_than(self, age_s: float) -> None:
        """Syncs every collection with a write that has waited for `age_s`."""
        now = time.monotonic()
        for collection, since in list(self._unsynced_since.items()):
            if now - since >= age_s:
                self.sync(collection)

    def close(self) -> None:
        """Syncs and closes everything."""
        self.sync_older_than(0)
        for shard in self._shards.values():
            shard.close()
        self._shards.clear()
