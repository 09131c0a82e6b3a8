"""The pool that pictures and documents share: nobody waits for what nobody waits for."""

import asyncio
import os
import time
from collections.abc import AsyncIterator

import pytest

from engine.errors import NotReady
from engine.ingest.workers import WorkerCrashed, WorkerPool
from tests.engine.ingest.misbehaving import crash, hang


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    """Two workers."""
    pool = WorkerPool(workers=2)
    yield pool
    await pool.close()


async def test_background_leaves_a_worker_free(pool: WorkerPool) -> None:
    """Somebody who searches by a picture would wait until two long documents are read."""
    documents = [
        asyncio.create_task(pool.run(hang, timeout_s=600, in_background=True)) for _ in range(5)
    ]
    assert await pool.run(os.getpid, timeout_s=60) != os.getpid()
    assert not any(document.done() for document in documents)
    await pool.close()
    ends = await asyncio.gather(*documents, return_exceptions=True)
    assert all(isinstance(end, NotReady) for end in ends)


async def test_gone_caller_frees_its_worker(pool: WorkerPool) -> None:
    """Each search that is given up would take a worker away until its time limit."""
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pool.run(hang, timeout_s=600), 0.5)
    assert await pool.run(os.getpid, timeout_s=60)


async def test_slow_and_crashing_functions_are_told_apart(pool: WorkerPool) -> None:
    """People would be told that a slow file is damaged."""
    with pytest.raises(TimeoutError):
        await pool.run(time.sleep, 600, timeout_s=0.2)
    with pytest.raises(WorkerCrashed):
        await pool.run(crash, timeout_s=60)


async def test_closed_pool_says_so() -> None:
    """What comes in while the engine closes would start processes that nobody stops."""
    pool = WorkerPool(workers=1)
    await pool.close()
    with pytest.raises(NotReady, match="closing"):
        await pool.run(os.getpid, timeout_s=1)
    with pytest.raises(NotReady, match="closing"):
        async with pool.scratch_file():
            pass
