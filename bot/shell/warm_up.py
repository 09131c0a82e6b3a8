"""Waiting, in words, until the engine of `magpie up` answers searches."""

from __future__ import annotations

import asyncio
import contextlib
import time

from bot.shell.failures import ShellFailure
from bot.shell.status_block import StatusBlock
from engine.client import EngineAway, EngineClient

LOOK_AGAIN_AFTER_S = 0.2
ASK_AGAIN_AFTER_S = 2.0
FAILING_AT_MOST_S = 10.0
"""A part of the engine may fail and come back; longer than this it will not."""


async def until_listening(client: EngineClient) -> None:
    """Waits until the engine takes requests."""
    while not await client.live():  # noqa: ASYNC110 - another process sets no event
        await asyncio.sleep(LOOK_AGAIN_AFTER_S)


async def until_warm(client: EngineClient, block: StatusBlock) -> None:
    """Waits until the engine's models are loaded.

    Raises:
        ShellFailure: they cannot be.
    """
    failing_since = None
    while True:
        with contextlib.suppress(EngineAway):
            state = await client.ready()
            if state.status == "ready":
                block.show("engine", f"profile {state.profile} on {state.device}")
                return
            block.show("status", f"warming up: {state.detail}")
            if state.status == "warming_up":
                failing_since = None
            elif failing_since is None:
                failing_since = time.monotonic()
            elif time.monotonic() - failing_since > FAILING_AT_MOST_S:
                raise ShellFailure(state.detail)
        await asyncio.sleep(LOOK_AGAIN_AFTER_S)


async def until_embedded(
    client: EngineClient, block: StatusBlock, library_id: str, expected: int
) -> None:
    """Waits until `expected` items have arrived and everything there is can be found."""
    while True:
        with contextlib.suppress(EngineAway):
            status = await client.library(library_id, wait_embedded_s=ASK_AGAIN_AFTER_S)
            block.show("library", f"{status.images} pictures, {status.texts} texts")
            missing = max(expected - status.images - status.texts, status.pending)
            if not missing:
                return
            block.show("status", f"making {missing} items searchable")
        await asyncio.sleep(LOOK_AGAIN_AFTER_S)
