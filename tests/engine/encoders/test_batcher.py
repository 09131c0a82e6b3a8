"""Whatever happens in a batch, each caller gets its own row or its own error, and soon."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.encoders.batcher import Batcher, BatchLimits
from engine.encoders.ports import Features
from engine.errors import Busy, EngineError, NotReady

BAD_TO_PREPARE, BAD_TO_ENCODE = -1, -2


class Numbers:
    """Stages on whole numbers: the row of n is (n, 1). What they are made to suffer is settable."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.memory = 1000
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.before_core: Callable[[], None] = lambda: None

    def cost(self, number: int) -> int:
        """A number costs its hundreds, at least one."""
        return max(1, number // 100)

    def encode_pre(self, numbers: Sequence[int]) -> list[int]:
        """Fails on `BAD_TO_PREPARE`."""
        if BAD_TO_PREPARE in numbers:
            raise ValueError("cannot be prepared")
        return list(numbers)

    def encode_core(self, numbers: list[int]) -> list[int]:
        """Waits at the gate; fails on `BAD_TO_ENCODE` and when the batch does not fit."""
        self.entered.set()
        self.gate.wait()
        self.before_core()
        if len(numbers) > self.memory:
            raise MemoryError
        if BAD_TO_ENCODE in numbers:
            raise RuntimeError("cannot be encoded")
        self.batches.append(numbers)
        return numbers

    def encode_post(self, numbers: list[int]) -> Features:
        """Rows (N, 2)."""
        return np.array([(number, 1) for number in numbers], dtype=np.float32)


@asynccontextmanager
async def running(stages: Numbers, limits: BatchLimits) -> AsyncIterator[Batcher[int]]:
    """A started batcher, closed afterwards."""
    batcher = Batcher("test", stages, limits)
    batcher.start()
    try:
        yield batcher
    finally:
        stages.gate.set()
        await batcher.close(timeout_s=2.0)


async def entered(stages: Numbers) -> None:
    """Returns once a forward has begun."""
    await asyncio.to_thread(stages.entered.wait)


requests = st.lists(
    st.lists(
        st.one_of(st.integers(0, 5000), st.sampled_from([BAD_TO_PREPARE, BAD_TO_ENCODE])),
        min_size=1,
        max_size=9,
    ),
    max_size=40,
)


@given(
    requests=requests,
    max_batch=st.integers(1, 12),
    memory=st.integers(1, 12),
    max_batch_cost=st.integers(1, 60),
    cancelled=st.sets(st.integers(0, 39), max_size=8),
)
@settings(max_examples=40, deadline=None)
def test_everybody_gets_their_own_rows_or_error(
    requests: list[list[int]],
    max_batch: int,
    memory: int,
    max_batch_cost: int,
    cancelled: set[int],
) -> None:
    """A person would get the search result of another, or none because of another's bad picture."""

    async def scenario() -> None:
        stages = Numbers()
        stages.memory = memory
        limits = BatchLimits(
            max_batch=max_batch,
            max_batch_wait_ms=0.5,
            max_queue=1000,
            max_batch_cost=max_batch_cost,
            stall_after_s=20,
        )
        async with running(stages, limits) as batcher:
            calls = [asyncio.create_task(batcher.encode(numbers)) for numbers in requests]
            await asyncio.sleep(0)
            for index in cancelled & set(range(len(calls))):
                calls[index].cancel()
            ends = await asyncio.gather(*calls, return_exceptions=True)
            assert batcher.alive
            assert batcher.queue_length == 0
        for index, (numbers, end) in enumerate(zip(requests, ends, strict=True)):
            if isinstance(end, asyncio.CancelledError):
                assert index in cancelled
            elif isinstance(end, BaseException):
                assert isinstance(end, EngineError)
                assert min(numbers) < 0, end
            else:
                assert end.tolist() == [[number, 1] for number in numbers]
                assert min(numbers) >= 0
        for batch in stages.batches:
            assert len(batch) <= max_batch
            costs = [stages.cost(number) for number in batch]
            assert len(batch) == 1 or max(costs) * len(batch) <= max_batch_cost

    asyncio.run(scenario())


async def test_thousands_of_callers_share_forwards() -> None:
    """Under load every request would pay for a forward of its own, or some would hang."""
    stages = Numbers()
    async with running(stages, BatchLimits(max_batch=32, max_queue=5000)) as batcher:
        numbers = [n if n % 50 else BAD_TO_ENCODE for n in range(4000)]
        ends = await asyncio.gather(*(batcher.encode([n]) for n in numbers), return_exceptions=True)
    for number, end in zip(numbers, ends, strict=True):
        if number == BAD_TO_ENCODE:
            assert isinstance(end, EngineError)
        else:
            assert not isinstance(end, BaseException)
            assert end.tolist() == [[number, 1]]
    assert len(stages.batches) < 2000


async def test_similar_costs_share_a_batch() -> None:
    """Short texts would be padded to the longest in the queue, and cost as much."""
    stages = Numbers()
    stages.gate.clear()
    async with running(stages, BatchLimits(max_batch=4, max_batch_cost=100)) as batcher:
        first = asyncio.create_task(batcher.encode([0]))
        await entered(stages)
        mixed = asyncio.create_task(batcher.encode([1, 2000, 2, 2001, 3, 2002]))
        await asyncio.sleep(0)
        stages.gate.set()
        await asyncio.gather(first, mixed)
    assert stages.batches[0] == [0]
    assert sorted(map(sorted, stages.batches[1:])) == [[1, 2, 3], [2000, 2001, 2002]]


async def test_full_queue_is_busy_and_says_for_how_long() -> None:
    """Requests would pile up until the memory is full, instead of being told to come back."""
    stages = Numbers()
    async with running(stages, BatchLimits(max_batch=2, max_queue=4)) as batcher:
        await batcher.encode([1, 2])
        stages.gate.clear()
        stages.entered.clear()
        held = [asyncio.create_task(batcher.encode([n])) for n in range(4)]
        await entered(stages)
        filling = [asyncio.create_task(batcher.encode([n])) for n in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as busy:
            await batcher.encode([99])
        assert busy.value.retry_after_s is not None
        assert 0 < busy.value.retry_after_s <= 60
        stages.gate.set()
        await asyncio.gather(*held)
        await asyncio.gather(*filling, return_exceptions=True)


async def test_long_calls_pass_through_a_short_queue() -> None:
    """A call with more inputs than the queue holds would be told to come back for ever."""
    async with running(Numbers(), BatchLimits(max_batch=4, max_queue=8)) as batcher:
        rows = await batcher.encode(list(range(100)))
    assert rows[:, 0].tolist() == list(range(100))


async def test_cancelled_work_is_dropped() -> None:
    """People who gave up would still slow down those who wait."""
    stages = Numbers()
    stages.gate.clear()
    async with running(stages, BatchLimits(max_batch=1)) as batcher:
        first = asyncio.create_task(batcher.encode([1]))
        await entered(stages)
        given_up = asyncio.create_task(batcher.encode([2, 3, 4]))
        last = asyncio.create_task(batcher.encode([5]))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.wait([given_up])
        stages.gate.set()
        await asyncio.gather(first, last)
    assert [5] in stages.batches
    assert [3] not in stages.batches
    assert [4] not in stages.batches


def _exit() -> None:
    raise SystemExit(3)


async def test_dead_worker_fails_everyone_and_is_seen() -> None:
    """Searches would wait for ever on a dead encoder while health stays green."""
    stages = Numbers()
    stages.gate.clear()
    async with running(stages, BatchLimits(max_batch=2)) as batcher:
        calls = [asyncio.create_task(batcher.encode([n])) for n in range(20)]
        await entered(stages)
        stages.before_core = _exit
        stages.gate.set()
        ends = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(end, NotReady) for end in ends)
        assert not batcher.alive
        with pytest.raises(NotReady, match="SystemExit"):
            await batcher.encode([1])


async def test_hung_forward_is_a_dead_worker() -> None:
    """A forward that hangs in the driver would keep every caller waiting."""
    stages = Numbers()
    stages.gate.clear()
    async with running(stages, BatchLimits(max_batch=2, stall_after_s=0.2)) as batcher:
        calls = [asyncio.create_task(batcher.encode([n])) for n in range(5)]
        ends = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(end, NotReady) for end in ends)
        assert not batcher.alive


async def test_closing_finishes_what_waits() -> None:
    """Stopping the engine would lose the answers of searches under way."""
    stages = Numbers()
    batcher = Batcher("test", stages, BatchLimits(max_batch=3, max_batch_wait_ms=10_000))
    batcher.start()
    calls = [asyncio.create_task(batcher.encode([n])) for n in range(10)]
    await asyncio.sleep(0)
    await batcher.close()
    rows = await asyncio.gather(*calls)
    assert [row[0, 0] for row in rows] == list(range(10))
    with pytest.raises(NotReady):
        await batcher.encode([1])


async def test_closing_does_not_wait_for_ever() -> None:
    """Ctrl-C would hang on a stuck forward, and its callers too."""
    stages = Numbers()
    stages.gate.clear()
    batcher = Batcher("test", stages, BatchLimits())
    batcher.start()
    call = asyncio.create_task(batcher.encode([1]))
    await entered(stages)
    await batcher.close(timeout_s=0.05)
    with pytest.raises(NotReady, match="closed"):
        await call
    stages.gate.set()
