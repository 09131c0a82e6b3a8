"""Locks between the `magpie` commands of one data folder; the kernel frees a dead holder's."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

LOOK_AGAIN_AFTER_S = 0.1


@contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Takes the lock for itself if it is free; yields whether it was."""
    with _opened(path) as descriptor:
        yield _taken(descriptor, fcntl.LOCK_EX)


@asynccontextmanager
async def lock(path: Path) -> AsyncIterator[None]:
    """Waits for the lock and holds it alone."""
    with _opened(path) as descriptor:
        await _take(descriptor, fcntl.LOCK_EX)
        yield


@asynccontextmanager
async def shared_lock(path: Path) -> AsyncIterator[None]:
    """Waits until nobody holds the lock alone, and holds it together with others."""
    with _opened(path) as descriptor:
        await _take(descriptor, fcntl.LOCK_SH)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


async def _take(descriptor: int, how: int) -> None:
    while not _taken(descriptor, how):  # noqa: ASYNC110 - another process sets no event
        await asyncio.sleep(LOOK_AGAIN_AFTER_S)


def _taken(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
