"""Calls to a Qdrant client: each with a deadline, repeated where that is safe."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from qdrant_client import AsyncQdrantClient

from engine.errors import EngineError, NotReady
from engine.vectors.server.errors import translated

Answer = TypeVar("Answer")

REPEAT_DELAYS_S = (0.1, 0.4)
"""Waits before a call is repeated: a node of a cluster that restarts is replaced by then. Longer
ones would keep a person waiting who could read that the index is away."""

LOOK_EVERY_S = 2.0
"""How often a server that is away is looked for."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deadlines:
    """How long calls may take, in seconds; repetitions come on top."""

    read_s: float = 5.0
    write_s: float = 30.0


class Connection:
    """A client, and whether its server answers."""

    def __init__(self, client: AsyncQdrantClient, deadlines: Deadlines | None = None) -> None:
        self._client = client
        self._deadlines = deadlines or Deadlines()
        self._away = False
        self._looking: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether the server answered when it was last called."""
        return not self._away

    async def read(self, call: Callable[[AsyncQdrantClient], Awaitable[Answer]]) -> Answer:
        """Asks for something; repeated when the server is away, not when it is slow.

        Raises:
            EngineError: see `translated`.
        """
        return await self._repeated(call, self._deadlines.read_s)

    async def write(self, call: Callable[[AsyncQdrantClient], Awaitable[Answer]]) -> Answer:
        """Changes points so that doing it twice is doing it once; repeated like a read.

        Raises:
            EngineError: see `translated`.
        """
        return await self._repeated(call, self._deadlines.write_s)

    async def change(self, call: Callable[[AsyncQdrantClient], Awaitable[Answer]]) -> Answer:
        """Creates, switches or deletes collections; never repeated.

        Raises:
            EngineError: see `translated`.
        """
        return await self._once(call, self._deadlines.write_s)

    async def close(self) -> None:
        """Ends every call."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        await self._client.close()

    async def _repeated(
        self, call: Callable[[AsyncQdrantClient], Awaitable[Answer]], deadline_s: float
    ) -> Answer:
        for delay_s in REPEAT_DELAYS_S:
            try:
                return await self._once(call, deadline_s)
            except NotReady as error:
                if error.retry_after_s is None:
                    raise
            await asyncio.sleep(delay_s)
        return await self._once(call, deadline_s)

    async def _once(
        self, call: Callable[[AsyncQdrantClient], Awaitable[Answer]], deadline_s: float
    ) -> Answer:
        try:
            with translated(deadline_s):
                async with asyncio.timeout(deadline_s):
                    answer = await call(self._client)
        except NotReady as error:
            self._miss(error)
            raise
        self._away = False
        return answer

    def _miss(self, error: NotReady) -> None:
        if not self._away:
            _log.warning("%s", error.detail)
        self._away = True
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="looking for Qdrant")

    async def _look(self) -> None:
        """Asks until the server answers: nobody may call what is known to be away."""
        while self._away:
            await asyncio.sleep(LOOK_EVERY_S)
            with suppress(EngineError):
                await self._once(lambda qdrant: qdrant.get_collections(), self._deadlines.read_s)
        _log.info("Qdrant answers again")


def connect(
    url: str,
    api_key: str | None,
    *,
    grpc_port: int | None = None,
    deadlines: Deadlines | None = None,
) -> Connection:
    """A connection to a server, which is not called yet.

    Args:
        url: with ``https`` for TLS; its port is 6333 where it names none.
        api_key: sent with every call.
        grpc_port: of the same host, if it is called by gRPC.
        deadlines: of calls; the client's own come after them.
    """
    deadlines = deadlines or Deadlines()
    client = AsyncQdrantClient(
        url=url,
        headers={} if api_key is None else {"api-key": api_key},
        prefer_grpc=grpc_port is not None,
        grpc_port=grpc_port or 6334,
        timeout=ceil(max(deadlines.read_s, deadlines.write_s)),
        check_compatibility=False,  # it would ask from a thread, and only warn
    )
    return Connection(client, deadlines)
