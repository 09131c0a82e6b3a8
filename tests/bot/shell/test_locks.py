"""Who may hold a folder's locks together."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.shell.locks import lock, shared_lock, try_lock


def test_second_taker_is_told(tmp_path: Path) -> None:
    """Two `magpie up` would run on one folder."""
    with try_lock(tmp_path / "lock") as first, try_lock(tmp_path / "lock") as second:
        assert first
        assert not second
    with try_lock(tmp_path / "lock") as third:
        assert third


async def test_shared_holders_keep_out_one_who_wants_it_alone(tmp_path: Path) -> None:
    """A command would stop the engine another command is using."""
    async with shared_lock(tmp_path / "lock"), shared_lock(tmp_path / "lock"):
        with try_lock(tmp_path / "lock") as alone:
            assert not alone


async def test_waits_for_the_holder(tmp_path: Path) -> None:
    """Two commands would start an engine at the same time, and one would fail."""
    async with lock(tmp_path / "lock"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), lock(tmp_path / "lock"):
                pytest.fail("held twice")
    async with asyncio.timeout(5), lock(tmp_path / "lock"):
        pass
