"""How a background task goes over the catalogue, pass after pass."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress

import structlog

from engine.errors import Busy, NotReady, StorageFailed
from engine.ingest.progress import Progress

log = structlog.get_logger(__name__)


class Passes(ABC):
    """Makes a pass whenever there is something new; what is busy, starting or full is waited for.

    Args:
        retry_s: pause before another pass where something was left to be tried again.
    """

    def __init__(self, *, retry_s: float) -> None:
        self._retry_s = retry_s
        self._work = asyncio.Event()
        self._progress = Progress()

    def wake(self) -> None:
        """Says that there is something new."""
        self._work.set()

    async def run(self) -> None:
        """Goes on until cancelled."""
        while True:
            self._work.clear()
            try:
                done = await self._pass()
            except Exception as error:
                if not isinstance(error, Busy | NotReady | StorageFailed):
                    log.exception("pass_interrupted")
                done = False
            with suppress(TimeoutError):
                async with asyncio.timeout(None if done else self._retry_s):
                    await self._work.wait()

    @abstractmethod
    async def _pass(self) -> bool:
        """Goes over everything once; whether nothing is left to be tried again."""
