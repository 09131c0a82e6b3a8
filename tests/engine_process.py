"""The real engine as a process of its own, for tests that stop, kill and restart it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx

from engine.client import EngineClient

START_TIMEOUT_S = 240.0
POLL_S = 0.05


class EngineProcess:
    """One ``python -m engine`` on one data folder; waits block.

    Args:
        data_dir: its folder; kept between starts.
        settings: more ``ENGINE_…`` variables, by their short names.
    """

    def __init__(self, data_dir: Path, **settings: object) -> None:
        self.data_dir = data_dir
        self._variables = {f"ENGINE_{name}".upper(): str(v) for name, v in settings.items()}
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def start(self) -> Self:
        """Starts it and returns once its port is open."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine", "--data", str(self.data_dir)],
            env={**os.environ, **self._variables},
            stderr=subprocess.PIPE,
            text=True,
        )
        self._wait(lambda: self._announced().get("pid") == self.pid)
        return self

    def ready(self) -> Self:
        """Waits until searches are answered."""
        self._wait(self._is_ready)
        return self

    def client(self, caller: str = "owner") -> EngineClient:
        """A client with the owner's or the bot's token."""
        return EngineClient(self.url, self.token(caller))

    def token(self, caller: str = "owner") -> str:
        """The bearer token of the owner or the bot."""
        return (self.data_dir / "tokens" / caller).read_text(encoding="ascii")

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self._announced()["url"])

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Ends it with kill -9: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ends it politely; returns its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.communicate()
        return self._process.returncode

    def _wait(self, reached: Callable[[], bool]) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT_S
        while not reached():
            if self._process.poll() is not None:
                raise AssertionError(f"the engine ended: {self._process.communicate()[1]}")
            assert time.monotonic() < deadline, "the engine did not get that far in time"
            time.sleep(POLL_S)

    def _is_ready(self) -> bool:
        answer = httpx.get(f"{self.url}/v1/health/ready", trust_env=False, timeout=30)
        assert answer.json()["status"] != "failing", answer.json()["detail"]
        return answer.status_code == 200

    def _announced(self) -> dict[str, Any]:
        try:
            announced: dict[str, Any] = json.loads(
                (self.data_dir / "engine.json").read_text(encoding="utf-8")
            )
        except FileNotFoundError:
            return {}
        return announced
