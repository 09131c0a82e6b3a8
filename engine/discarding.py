"""Bundles that neither serve nor are gone back to: closed, and their collections deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress

import structlog

from engine.errors import EngineError
from engine.ingest import ItemIndex
from engine.serving import Serving
from engine.vectors.port import VectorIndex, VectorStore

log = structlog.get_logger(__name__)

GRACE_S = 60.0
"""A request that has begun on a bundle has ended by then: the bot gives a search up after 45 s."""


class Discarding:
    """Takes leave of bundles.

    Args:
        store: of the collections.
        index: keeps a collection free of what is forgotten until it is deleted.
        kept: the bundles that stay, with all encoders that they share with others.
        used: keys of the collections that stay.
    """

    def __init__(
        self,
        store: VectorStore,
        index: ItemIndex,
        *,
        kept: Callable[[], Iterable[Serving]],
        used: Callable[[], Collection[str]],
    ) -> None:
        self._store = store
        self._index = index
        self._kept = kept
        self._used = used
        self._leaving: dict[asyncio.Task[None], Serving] = {}
        self._hurrying = asyncio.Event()

    def after_requests(self, bundle: Serving) -> None:
        """Discards a bundle on which requests may still run, once these have ended."""
        leaving = asyncio.create_task(self._leave(bundle), name="discarding what served")
        self._leaving[leaving] = bundle
        leaving.add_done_callback(self._leaving.pop)

    async def at_once(self, bundle: Serving) -> None:
        """Discards a bundle on which no request runs."""
        await bundle.services.close()
        others = [*self._kept(), *self._leaving.values()]
        sparing = [each.encoders for each in others if each is not bundle]
        await bundle.encoders.close(sparing=sparing)
        for index in bundle.collections:
            if not self._hurrying.is_set() and index.spec.key not in self._used():
                await self._drop(index)

    async def wait(self) -> None:
        """Until all have been discarded, a little over `GRACE_S` at the most."""
        if self._leaving:
            await asyncio.wait(self._leaving)

    def hurry(self) -> None:
        """The engine closes: waits for no request, and leaves collections to the next start."""
        self._hurrying.set()

    async def _leave(self, bundle: Serving) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await self._hurrying.wait()
        await self.at_once(bundle)

    async def _drop(self, index: VectorIndex) -> None:
        """Deletes a generation; where that fails, it is kept clean until the next start does."""
        self._index.let_go(index)
        try:
            await self._store.drop(index.spec)
        except EngineError as error:
            log.warning("vectors_not_deleted", key=index.spec.key, detail=error.detail)
            self._index.keep_clean(index)
