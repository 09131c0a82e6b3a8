"""The collections that the index's process has open."""

from __future__ import annotations

import time
from pathlib import Path

import qdrant_edge

from engine.vectors.edge.folder import CollectionsFolder, open_shard
from engine.vectors.spec import CollectionSpec

SECONDS_PER_VECTOR = 0.002
"""First guess of what optimizing costs; measured 1 to 7 ms for 512-d on two busy cores."""


class OpenShards:
    """Open generations by their keys, and which have writes not yet synced to disk."""

    def __init__(self, folder: CollectionsFolder) -> None:
        self._folder = folder
        self._shards: dict[str, qdrant_edge.EdgeShard] = {}
        self._specs: dict[str, CollectionSpec] = {}
        self._unsynced_since: dict[str, float] = {}
        self._seconds_per_vector = SECONDS_PER_VECTOR

    def open(self, spec: CollectionSpec) -> None:
        """Opens a collection; see `CollectionsFolder.active_generation`."""
        self._open(spec, self._folder.active_generation(spec))

    def begin(self, spec: CollectionSpec) -> None:
        """Opens a generation beside the active one; see `CollectionsFolder.generation`."""
        self._open(spec, self._folder.generation(spec))

    def reopen(self, spec: CollectionSpec) -> None:
        """Opens a generation that was open in a process before this one; nothing is created."""
        self._open(spec, self._folder.known_generation(spec))

    def generations(self, name: str) -> list[CollectionSpec]:
        """What the generations of a name were born with, open or not."""
        return self._folder.generations(name)

    def activate(self, spec: CollectionSpec) -> None:
        """Makes an open generation the active one; all of it is on disk then."""
        self.sync(spec.key)
        self._folder.activate(spec)

    def drop(self, spec: CollectionSpec) -> None:
        """Closes a generation and deletes it."""
        self._folder.refuse_active(spec)
        shard = self._shards.pop(spec.key, None)
        if shard is not None:
            self._unsynced_since.pop(spec.key, None)
            del self._specs[spec.key]
            shard.close()
        self._folder.delete(spec)

    def get(self, collection: str) -> qdrant_edge.EdgeShard:
        """An open collection."""
        return self._shards[collection]

    def update(
        self, collection: str, operation: qdrant_edge.UpdateOperation, *, adds_data: bool
    ) -> None:
        """Applies a write; it survives a kill at once, and a power cut after `sync`.

        Raises:
            StorageFailed: the disk has no room for more data; deletions go through.
        """
        if adds_data:
            self._folder.check_room()
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

    def optimize(self, collection: str, budget_s: float) -> bool:
        """Indexes what was written lately and drops what was deleted, unless that takes too long.

        Qdrant cannot stop half-way, so the duration is judged beforehand by the last run's speed.

        Returns:
            Whether nothing is left to be done.
        """
        shard, spec = self._shards[collection], self._specs[collection]
        info = shard.info()
        stored = info.points_count * (len(spec.dense) + len(spec.sparse))
        backlog = abs(stored - info.indexed_vectors_count)  # deletions make the index the larger
        if backlog * self._seconds_per_vector > budget_s:
            return False
        started = time.monotonic()
        if shard.optimize() and backlog:
            self._seconds_per_vector = (time.monotonic() - started) / backlog
        return True

    def close(self) -> None:
        """Syncs and closes everything."""
        self.sync_older_than(0)
        for shard in self._shards.values():
            shard.close()
        self._shards.clear()

    def _open(self, spec: CollectionSpec, generation: Path) -> None:
        if spec.key not in self._shards:
            self._shards[spec.key] = open_shard(generation)
            self._specs[spec.key] = spec
