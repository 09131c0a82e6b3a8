"""Where the collections lie on disk, and which generation of each is in use.

::

    vectors/
        lock                 held by the one process that has them open
        images/
            active           the number of the generation in use, replaced atomically
            1/collection.json    what it was born with, written last
            1/shard/         Qdrant's files
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import qdrant_edge
from filelock import FileLock, Timeout

from engine.errors import Conflict, StorageFailed
from engine.vectors.spec import (
    INTEGER_KEYS,
    KEYWORD_KEYS,
    TENANT_KEY,
    CollectionSpec,
    other_encoder,
)

ACTIVE, BORN_WITH = "active", "collection.json"

MAX_SEGMENT_SIZE_KB = 50_000
"""Keeps one optimization at seconds (measured: without it, 105 s for 100k points of 512-d)."""

MIN_FREE_BYTES = 128 * 1024 * 1024
"""Edge maps its files into memory, 32 MB at a time: a full disk kills its process by SIGBUS."""


class CollectionsFolder:
    """The folder of one engine's collections."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path / "lock")

    def acquire(self, timeout_s: float) -> None:
        """Claims the folder for this process.

        Args:
            timeout_s: how long to wait for a process that is still closing it.

        Raises:
            Conflict: another process has it open.
            StorageFailed: the folder cannot be made or written.
        """
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=timeout_s)
        except Timeout as error:
            raise Conflict(
                f"The vectors in {self._path} are already open in another engine; "
                "stop that one, or give this one another data folder."
            ) from error
        except OSError as error:
            raise StorageFailed(f"The folder {self._path} cannot be written: {error}.") from error

    def check_room(self) -> None:
        """Raises StorageFailed when the disk is too full to write to safely."""
        if shutil.disk_usage(self._path).free < MIN_FREE_BYTES:
            raise StorageFailed(
                f"The disk of {self._path} has less than {MIN_FREE_BYTES >> 20} MB left, so no "
                "vectors were written; free some space, and they are made later."
            )

    def release(self) -> None:
        """Lets other processes have the folder."""
        self._lock.release()

    def active_generation(self, spec: CollectionSpec) -> Path:
        """The folder of the generation in use; the first one is created.

        Raises:
            EncoderMismatch: it belongs to another fingerprint, or has other vectors, as all others.
            StorageFailed: nobody knows what it was born with.
        """
        pointer = self._path / spec.name / ACTIVE
        if not pointer.exists():
            _replace_file(pointer, self.generation(spec).name)
        generation = pointer.parent / pointer.read_text(encoding="utf-8").strip()
        if _born_with(generation) == spec:
            return generation
        other = self._find(spec)
        if other is None:
            raise other_encoder(_born_with(generation), spec)
        _replace_file(pointer, other.name)
        return other

    def generation(self, spec: CollectionSpec) -> Path:
        """The folder of the generation that was born with a spec; created where there is none.

        Raises:
            StorageFailed: there is no room for it.
        """
        known = self._find(spec)
        if known is not None:
            return known
        self.check_room()
        home = self._path / spec.name
        number = max((int(each.name) for each in _numbered(home)), default=0) + 1
        _create_generation(home / str(number), spec)
        return home / str(number)

    def known_generation(self, spec: CollectionSpec) -> Path:
        """The folder of a generation that there was a moment ago.

        Raises:
            StorageFailed: it is not there.
        """
        known = self._find(spec)
        if known is None:
            raise StorageFailed(f"The vectors of {spec.name} in {self._path} cannot be found.")
        return known

    def generations(self, name: str) -> list[CollectionSpec]:
        """What the whole generations of a name were born with, oldest first."""
        whole = [each for each in _numbered(self._path / name) if (each / BORN_WITH).exists()]
        return [_born_with(each) for each in whole]

    def activate(self, spec: CollectionSpec) -> None:
        """Points to a generation; a crash leaves the pointer at this one or the one before."""
        generation = self.known_generation(spec)
        _replace_file(generation.parent / ACTIVE, generation.name)

    def refuse_active(self, spec: CollectionSpec) -> None:
        """Raises Conflict when a generation is the one in use."""
        pointer, known = self._path / spec.name / ACTIVE, self._find(spec)
        if known and pointer.exists() and pointer.read_text(encoding="utf-8").strip() == known.name:
            raise Conflict(f"The vectors in {known} are in use; they cannot be deleted.")

    def delete(self, spec: CollectionSpec) -> None:
        """Deletes the files of a generation, if there are any."""
        known = self._find(spec)
        if known is not None:
            (known / BORN_WITH).unlink()  # from now on it is what a crash has left
            shutil.rmtree(known)

    def _find(self, spec: CollectionSpec) -> Path | None:
        born = (each for each in _numbered(self._path / spec.name) if (each / BORN_WITH).exists())
        return next((each for each in born if _born_with(each) == spec), None)


def open_shard(generation: Path) -> qdrant_edge.EdgeShard:
    """Opens a generation for reading and writing.

    Raises:
        StorageFailed: its files cannot be read.
    """
    try:
        shard = qdrant_edge.EdgeShard.load(str(generation / "shard"))
    except Exception as error:
        raise StorageFailed(
            f"The vectors in {generation} cannot be read: {error}. They can be made again from "
            f"the catalogue: move {generation.parent} away and start again."
        ) from error
    _create_missing_indexes(shard)
    return shard


def _create_generation(home: Path, spec: CollectionSpec) -> None:
    """Creates an empty collection; what a crash left of an earlier attempt is removed first."""
    shutil.rmtree(home, ignore_errors=True)
    shard_path = home / "shard"
    shard_path.mkdir(parents=True)
    config = qdrant_edge.EdgeConfig(
        vectors={
            name: qdrant_edge.EdgeVectorParams(size=size, distance=qdrant_edge.Distance.Cosine)
            for name, size in spec.dense.items()
        },
        sparse_vectors={
            name: qdrant_edge.EdgeSparseVectorParams(modifier=qdrant_edge.Modifier.Idf)
            for name in spec.sparse
        },
        optimizers=qdrant_edge.EdgeOptimizersConfig(max_segment_size=MAX_SEGMENT_SIZE_KB),
        wal_enabled=True,
    )
    shard = qdrant_edge.EdgeShard.create(str(shard_path), config)
    _create_missing_indexes(shard)
    shard.close()
    _replace_file(home / BORN_WITH, json.dumps(spec.as_json(), indent=2))


def _numbered(home: Path) -> list[Path]:
    """The generations of a collection, whole or not, oldest first."""
    found = [each for each in home.iterdir() if each.name.isdecimal()] if home.is_dir() else []
    return sorted(found, key=lambda each: int(each.name))


def _create_missing_indexes(shard: qdrant_edge.EdgeShard) -> None:
    schemas: dict[str, object] = {
        TENANT_KEY: qdrant_edge.KeywordIndexParams(is_tenant=True),
        **{key: qdrant_edge.KeywordIndexParams() for key in KEYWORD_KEYS},
        **{key: qdrant_edge.IntegerIndexParams(lookup=False, range=True) for key in INTEGER_KEYS},
    }
    present = shard.info().payload_schema
    for key, schema in schemas.items():
        if key not in present:
            shard.update(qdrant_edge.UpdateOperation.create_field_index(key, schema))  # type: ignore[arg-type]


def _born_with(generation: Path) -> CollectionSpec:
    """What a generation was born with.

    Raises:
        StorageFailed: that cannot be read.
    """
    try:
        born = json.loads((generation / BORN_WITH).read_text(encoding="utf-8"))
        return CollectionSpec.from_json(born)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageFailed(
            f"{generation / BORN_WITH} cannot be read ({error}), so nobody knows which "
            "encoder these vectors belong to."
        ) from error


def _replace_file(path: Path, text: str) -> None:
    """Writes a small file so that a crash leaves either the old or the new one."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
