"""The real engine as a process of its own, for tests that stop, kill and restart it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from engine.client import EngineClient

START_TIMEOUT_S = 60.0
POLL_S = 0.05


class EngineProcess:
    """One ``python -m engine`` on one data folder.

    Args:
        data_dir: its folder; kept between starts.
        settings: more ``ENGINE_…`` variables, by their short names.
    """

    def __init__(self, data_dir: Path, **settings: object) -> None:
        self.data_dir = data_dir
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> EngineProcess:
        """Starts it and returns once its port is open."""
        variables = {f"ENGINE_{name}".upper(): str(value) for name, value in self._settings.items()}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "engine",
            "--data",
            str(self.data_dir),
            env={**os.environ, "OMP_NUM_THREADS": "2", **variables},
            stderr=asyncio.subprocess.PIPE,
        )
        deadline = time.monotonic() + START_TIMEOUT_S
        while self._announced().get("pid") != self._process.pid:
            if self._process.returncode is not None:
                assert self._process.stderr is not None
                raise AssertionError((await self._process.stderr.read()).decode())
            assert time.monotonic() < deadline, "the engine did not open its port"
            await asyncio.sleep(POLL_S)
        return self

    async def ready(self) -> EngineProcess:
        """Waits until searches are answered."""
        deadline = time.monotonic() + START_TIMEOUT_S
        async with self.client() as client:
            while (state := await client.ready()).status != "ready":
                assert state.status == "warming_up", state.detail
                assert time.monotonic() < deadline, "the engine did not get warm"
                await asyncio.sleep(POLL_S)
        return self

    def client(self, caller: str = "owner") -> EngineClient:
        """A client with the owner's or the bot's token."""
        token = (self.data_dir / "tokens" / caller).read_text(encoding="ascii")
        return EngineClient(self.url, token)

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self._announced()["url"])

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    async def kill(self) -> None:
        """Ends it as a power cut would: kill -9, no goodbye."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ends it politely; returns its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        await self._process.communicate()
        assert self._process.returncode is not None
        return self._process.returncode

    def _announced(self) -> dict[str, Any]:
        try:
            announced: dict[str, Any] = json.loads(
                (self.data_dir / "engine.json").read_text(encoding="utf-8")
            )
        except FileNotFoundError:
            return {}
        return announced
