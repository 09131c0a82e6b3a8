"""The process in which stored models are asked."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator

import pytest

from engine.errors import LimitExceeded, NotReady
from engine.jobs import exam_room
from engine.jobs.exam_room import ExamRoom
from tests.engine.jobs.conftest import alive, until


@pytest.fixture
async def room() -> AsyncIterator[ExamRoom]:
    """Somewhere to ask, for two seconds."""
    room = ExamRoom(timeout_s=2.0)
    yield room
    await room.close()


async def test_what_takes_too_long_or_dies_is_said(room: ExamRoom) -> None:
    """One model that hangs would take the others with it, for ever."""
    with pytest.raises(LimitExceeded, match="more than 2 s"):
        await room.run(time.sleep, 60.0)
    with pytest.raises(NotReady, match="died"):
        await room.run(os._exit, 1)
    assert await room.run(max, 1, 2) == 2


async def test_it_is_let_go_when_nobody_asks(
    room: ExamRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of megabytes would stay taken by a model that was asked once."""
    monkeypatch.setattr(exam_room, "KEPT_S", 0.0)
    pid = await room.run(os.getpid)

    async def gone() -> bool | None:
        return None if alive(pid) else True

    await until(gone)
    assert await room.run(os.getpid) != pid
