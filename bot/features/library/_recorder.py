"""Works off changes: in order per message, several messages at once, until the engine has them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from bot.errors import Unusable
from bot.features.library._change import Change
from bot.features.library._indexer import Indexer, Outcome
from bot.features.library._keyed_queue import KeyedQueue
from bot.features.library._lately import Lately
from bot.settings import BotSettings
from engine.client import EngineBusy, EngineCallFailed

log = logging.getLogger(__name__)

MOST_DOWNLOADS_TRIED = 4

Settled = Callable[[Change, Outcome], None]
Lost = Callable[[Change], None]


class Recorder:
    """Hands changes to the indexer and keeps what the engine cannot take yet.

    Args:
        indexer: applies one change.
        settled: called when a change is worked off.
        lost: called for a change that found no room; it must be read again from Discord.
    """

    def __init__(
        self, indexer: Indexer, settings: BotSettings, *, settled: Settled, lost: Lost
    ) -> None:
        self._indexer = indexer
        self._settings = settings
        self._settled = settled
        self._lost = lost
        self._queue: KeyedQueue[Change] = KeyedQueue(
            Change.then,
            max_waiting=settings.max_pending,
            max_background=4 * settings.parallel_uploads,
        )
        self._lately = Lately()
        self._downloads_tried: dict[int, int] = {}
        self._failures = 0

    @property
    def pending(self) -> int:
        """Changes that are not worked off yet."""
        return len(self._queue)

    def happened(self, change: Change) -> None:
        """Takes a change that Discord has just announced."""
        self._lately.note(change)
        if not self._queue.offer(change.key, change):
            self._lost(change)

    async def read(self, change: Change) -> None:
        """Takes a message from the history; waits for room.

        The page it stands on may be older than what was announced since.
        """
        if self._lately.deleted(change):
            self._settled(change, Outcome())
        elif self._lately.edited_since(change):
            await self._queue.put(change.key, replace(change, message=None))
        else:
            await self._queue.put(change.key, change)

    def exists_again(self, key: int) -> None:
        """What was deleted is back, such as a server the bot was invited to once more."""
        self._lately.undo(key)

    async def idle(self) -> None:
        """Returns when everything is worked off."""
        await self._queue.idle()

    async def run(self) -> None:
        """Works until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._settings.parallel_uploads):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            key, change = await self._queue.take()
            try:
                outcome = await self._apply(change)
            except EngineCallFailed as failure:
                self._queue.put_back(key, change)
                await self._pause(failure)
            except Unusable as failure:
                await self._try_download_later(key, change, failure)
            except Exception:
                log.exception("Change %s could not be applied and is left out", key)
                self._finish(key, change, Outcome(refused=1))
            else:
                self._failures = 0
                self._finish(key, change, outcome)

    async def _apply(self, change: Change) -> Outcome:
        if self._lately.deleted(change):
            change = replace(change, deleted=True)
        outcome = await self._indexer.apply(change)
        if (
            self._lately.deleted(change) and not change.deleted
        ):  # its channel went during the upload
            await self._indexer.apply(replace(change, deleted=True))
        return outcome

    def _finish(self, key: int, change: Change, outcome: Outcome) -> None:
        self._downloads_tried.pop(key, None)
        self._queue.settle(key)
        self._settled(change, outcome)

    async def _pause(self, failure: EngineCallFailed) -> None:
        """Waits as long as a busy engine asks for, else longer after each failure in a row."""
        if isinstance(failure, EngineBusy):
            await asyncio.sleep(failure.retry_after_s)
            return
        if self._failures == 0:
            log.warning("The engine takes nothing: %s Changes are kept.", failure)
        self._failures += 1
        backoff_s = self._settings.engine_retry_s * 2 ** min(self._failures - 1, 10)
        await asyncio.sleep(min(backoff_s, self._settings.engine_retry_max_s))

    async def _try_download_later(self, key: int, change: Change, failure: Unusable) -> None:
        tried = self._downloads_tried[key] = self._downloads_tried.get(key, 0) + 1
        if tried >= MOST_DOWNLOADS_TRIED:
            log.warning("Message %s is left out: %s", key, failure)
            self._finish(key, change, Outcome(refused=1))
            return
        self._queue.put_back(key, change)
        await asyncio.sleep(self._settings.engine_retry_s)
