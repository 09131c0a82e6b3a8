"""The collections of a Qdrant server, their generations and which of them is active."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from qdrant_client import models
from qdrant_client.common.version_check import parse_version

from engine.errors import Conflict
from engine.vectors.server.connection import Connection
from engine.vectors.server.errors import too_old
from engine.vectors.server.index import ServerIndex
from engine.vectors.server.layout import Layout, born_with
from engine.vectors.spec import CollectionSpec, other_encoder

MIN_VERSION = (1, 19)
"""Qdrant's client promises to work with servers one minor version older than itself."""


class ServerVectorStore:
    """`VectorStore` on a Qdrant server or cluster.

    A generation is a collection named after its fingerprint; what it was born with is its metadata.
    The active one bears the collection's name as its alias. Any number of engines share them.
    """

    def __init__(self, connection: Connection, layout: Layout) -> None:
        """Prepares a store; nothing is asked yet.

        Args:
            connection: to the server; closed with the store.
            layout: of collections that are created.
        """
        self._connection = connection
        self._layout = layout
        self._indexes: dict[str, ServerIndex] = {}
        self._opening = asyncio.Lock()

    @property
    def alive(self) -> bool:
        """Whether the server answered when it was last called."""
        return self._connection.alive

    async def open(self, spec: CollectionSpec) -> ServerIndex:
        """Opens the generation of a fingerprint and makes it the active one.

        Raises:
            EncoderMismatch: there are generations of that name, but of other fingerprints.
            NotReady: the server is away, or refuses the key.
            StorageFailed: the server cannot hold it.
        """
        async with self._opening:
            await self._check_version()
            born = await self.generations(spec.name)
            if born and spec not in born:
                raise other_encoder(born[0], spec)
            index = await self._opened(spec)
            await self.activate(spec)
        return index

    async def begin_generation(self, spec: CollectionSpec) -> ServerIndex:
        """Opens a generation beside the active one, to be filled.

        Raises:
            NotReady: the server is away, or refuses the key.
            StorageFailed: the server cannot hold it.
        """
        async with self._opening:
            return await self._opened(spec)

    async def generations(self, name: str) -> list[CollectionSpec]:
        """What the generations of a name were born with, open or not."""
        found = await self._connection.read(lambda qdrant: qdrant.get_collections())
        called = [
            each.name for each in found.collections if self._layout.is_generation(each.name, name)
        ]
        born = [born_with(await self._info(collection)) for collection in sorted(called)]
        return [spec for spec in born if spec is not None]

    async def activate(self, spec: CollectionSpec) -> None:
        """Makes a generation that was begun the active one; searches switch in one step."""
        alias, collection = self._layout.alias(spec.name), self._layout.collection(spec)
        active = await self._active(spec.name)
        if active == collection:
            return
        switch: list[models.AliasOperations] = [
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name=collection, alias_name=alias)
            )
        ]
        if active is not None:
            delete = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
            switch.insert(0, delete)
        await self._connection.change(lambda qdrant: qdrant.update_collection_aliases(switch))

    async def drop(self, spec: CollectionSpec) -> None:
        """Deletes a generation and frees its disk.

        Raises:
            Conflict: it is the active one.
        """
        collection = self._layout.collection(spec)
        if await self._active(spec.name) == collection:
            raise Conflict(f"The vectors of {spec.name} are in use; they cannot be deleted.")
        self._indexes.pop(spec.key, None)
        if spec in await self.generations(spec.name):
            await self._connection.change(lambda qdrant: qdrant.delete_collection(collection))

    async def close(self) -> None:
        """Closes the connection; collections stay as they are."""
        await self._connection.close()
        self._indexes.clear()

    async def _check_version(self) -> None:
        version = (await self._connection.read(lambda qdrant: qdrant.info())).version
        if parse_version(version)[:2] < MIN_VERSION:
            raise too_old(version, MIN_VERSION)

    async def _opened(self, spec: CollectionSpec) -> ServerIndex:
        if spec.key not in self._indexes:
            collection = self._layout.collection(spec)
            await self._create_missing(spec, collection)
            await self._create_missing_indexes(collection)
            self._indexes[spec.key] = ServerIndex(
                spec, collection, self._connection, self._layout.search_params
            )
        return self._indexes[spec.key]

    async def _create_missing(self, spec: CollectionSpec, collection: str) -> None:
        if await self._connection.read(lambda qdrant: qdrant.collection_exists(collection)):
            return
        birth = self._layout.birth(spec)
        with suppress(Conflict):  # another engine was faster
            await self._connection.change(
                lambda qdrant: qdrant.create_collection(collection, **birth)
            )

    async def _create_missing_indexes(self, collection: str) -> None:
        present = (await self._info(collection)).payload_schema
        for key, schema in self._layout.indexes.items():
            if key not in present:
                await self._create_index(collection, key, schema)

    async def _create_index(
        self, collection: str, key: str, schema: models.PayloadSchemaParams
    ) -> None:
        await self._connection.write(
            lambda qdrant: qdrant.create_payload_index(collection, key, schema, wait=True)
        )

    async def _active(self, name: str) -> str | None:
        """The collection that bears a name's alias."""
        alias = self._layout.alias(name)
        found = await self._connection.read(lambda qdrant: qdrant.get_aliases())
        bearers = {each.alias_name: each.collection_name for each in found.aliases}
        return bearers.get(alias)

    async def _info(self, collection: str) -> models.CollectionInfo:
        return await self._connection.read(lambda qdrant: qdrant.get_collection(collection))
