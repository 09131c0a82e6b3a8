"""The order in which changes reach the engine."""

from __future__ import annotations

import asyncio

from bot.features.library._keyed_queue import KeyedQueue


def queue(max_waiting: int = 10, max_background: int = 2) -> KeyedQueue[str]:
    """A queue that joins what it merges with a plus."""
    return KeyedQueue(
        lambda older, newer: f"{older}+{newer}",
        max_waiting=max_waiting,
        max_background=max_background,
    )


async def test_a_key_at_work_waits_for_itself() -> None:
    """A deletion would overtake the upload it is about, and the picture would stay."""
    work = queue()
    work.offer(1, "upload")
    assert await work.take() == (1, "upload")
    work.offer(1, "delete")
    work.offer(2, "other")
    assert await work.take() == (2, "other")
    work.settle(1)
    assert await work.take() == (1, "delete")


async def test_waiting_values_of_a_key_are_merged() -> None:
    """Ten edits in a minute would be uploaded ten times."""
    work = queue()
    work.offer(1, "a")
    work.offer(1, "b")
    assert await work.take() == (1, "a+b")


async def test_put_back_goes_below_what_came_meanwhile() -> None:
    """An upload that failed would undo the deletion that came after it."""
    work = queue()
    work.offer(1, "upload")
    await work.take()
    work.offer(1, "delete")
    work.put_back(1, "upload")
    assert await work.take() == (1, "upload+delete")


async def test_what_happens_now_overtakes_the_past() -> None:
    """A deletion would wait behind a backfill of thousands."""
    work = queue()
    await work.put(1, "old")
    work.offer(2, "new")
    assert [(await work.take())[0], (await work.take())[0]] == [2, 1]


async def test_full_queue_refuses_new_keys_only() -> None:
    """Memory would grow without bound while the engine is away, or a deletion would be lost."""
    work = queue(max_waiting=1)
    assert work.offer(1, "a")
    assert not work.offer(2, "b")
    assert work.offer(1, "c")


async def test_the_past_waits_for_room() -> None:
    """A backfill would load a channel's whole history into memory."""
    work = queue(max_background=1)
    await work.put(1, "a")
    second = asyncio.create_task(work.put(2, "b"))
    await asyncio.sleep(0)
    assert not second.done()
    await work.take()
    await second


async def test_idle_waits_for_work_in_hand() -> None:
    """A test or a shutdown would take work for done that is not."""
    work = queue()
    work.offer(1, "a")
    idle = asyncio.create_task(work.idle())
    key, _ = await work.take()
    await asyncio.sleep(0)
    assert not idle.done()
    work.settle(key)
    await idle
    assert len(work) == 0
