"""`magpie up` as people run it: real processes, real engine, real ports."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from bot.shell.processes import free_port
from tests.bot.shell.conftest import Magpie

WITHIN_S = 90.0
STOPS_WITHIN_S = 10.0
PARTS = 2


class Running:
    """A `magpie` command that runs until it is told to stop."""

    def __init__(self, *arguments: object, output: Path) -> None:
        self.output = output
        without = {"BOT_DISCORD_TOKEN", "ENGINE_DATA_DIR"}
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", *map(str, arguments)],
                stdout=file,
                stderr=file,
                env={name: value for name, value in os.environ.items() if name not in without},
            )

    def until(self, reached: Callable[[], bool]) -> None:
        """Waits for something that only other processes can bring about."""
        deadline = time.monotonic() + WITHIN_S
        while not reached():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        """Everything it printed."""
        return self.output.read_text()

    def parts(self) -> list[psutil.Process]:
        """The processes below it."""
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Running]:
    """`magpie up` whose parts have just been started."""
    with _up(tmp_path, free_port()) as running:
        running.until(lambda: len(running.parts()) >= PARTS)
        yield running


@pytest.fixture(scope="module")
def port() -> int:
    """The port of the chat page."""
    return free_port()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `up` keeps its data."""
    return tmp_path_factory.mktemp("up")


@pytest.fixture(scope="module")
def up(folder: Path, port: int) -> Iterator[Running]:
    """`magpie up` whose engine listens; its models may still be loading."""
    with _up(folder, port) as running:
        running.until((folder / "data" / "engine.json").exists)
        yield running


@contextlib.contextmanager
def _up(folder: Path, port: int) -> Iterator[Running]:
    running = Running(
        *("up", "--no-demo", "--port", port, "--data", folder / "data"), output=folder / "output"
    )
    try:
        yield running
    finally:
        running.process.terminate()
        running.process.wait(WITHIN_S)


def _record(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "data" / "engine.json").read_bytes())
    return record


def test_page_is_there_before_the_models_are(up: Running, port: int) -> None:
    """The newcomer's first minute would be an error page."""
    page = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
    assert page.status_code == 200
    assert f"address  http://127.0.0.1:{port}/" in up.said()


def test_second_one_on_the_folder_is_refused(up: Running, magpie: Magpie, folder: Path) -> None:
    """Two would write one folder."""
    second = magpie("up", "--port", free_port(), "--data", folder / "data")
    assert second.exit_code == 1
    assert f"process {up.process.pid}" in second.stderr
    assert second.stderr.count("\n") == 1

    engine = magpie("engine", "--data", folder / "data")
    assert engine.exit_code == 1
    assert f"process {_record(folder)['pid']}" in engine.stderr


def test_taken_port_is_refused_with_a_way_out(
    up: Running, magpie: Magpie, port: int, tmp_path: Path
) -> None:
    """A traceback would meet whoever starts a second one."""
    for command in ("up", "engine", "standin"):
        taken = magpie(command, "--port", port, "--data", tmp_path)
        assert taken.exit_code == 1
        assert f"--port {port + 1}" in taken.stderr
        assert taken.stderr.count("\n") == 1


def test_killed_engine_comes_back_at_the_same_address(up: Running, folder: Path) -> None:
    """The bot would talk to a port where nobody listens any more."""
    before = _record(folder)
    os.kill(before["pid"], signal.SIGKILL)
    up.until(lambda: _record(folder)["pid"] != before["pid"])
    assert _record(folder)["url"] == before["url"]
    assert "The engine was ended by SIGKILL. It starts again in 1 s." in up.said()


def test_ctrl_c_stops_every_part(starting: Running, tmp_path: Path) -> None:
    """Ctrl-C would leave processes, or take long enough to press it again."""
    parts = starting.parts()
    starting.process.send_signal(signal.SIGINT)
    assert starting.process.wait(STOPS_WITHIN_S) == 0
    assert starting.said().splitlines()[-1] == "Stopped."
    assert not [part for part in parts if part.is_running()]
    assert not (tmp_path / "data" / "engine.json").exists()


def test_kill_9_leaves_no_orphan(starting: Running) -> None:
    """The next `magpie up` would find its folder in use by a process nobody started."""
    parts = starting.parts()
    starting.process.kill()
    _, alive = psutil.wait_procs(parts, timeout=WITHIN_S)
    assert not alive


def test_commands_that_meet_share_an_engine_and_leave_none(tmp_path: Path) -> None:
    """Scripts that run two commands at once would fail, or leave an engine running."""
    data = tmp_path / "data"
    (tmp_path / "broken.png").write_bytes(b"no picture")
    together = [
        Running("index", tmp_path / "broken.png", "--data", data, output=tmp_path / str(number))
        for number in range(2)
    ]
    codes = [running.process.wait(WITHIN_S) for running in together]
    assert codes == [0, 0], [running.said() for running in together]
    assert not (data / "engine.json").exists()
    assert (data / "logs" / "engine.log").read_text().count("Started server process") == 1
