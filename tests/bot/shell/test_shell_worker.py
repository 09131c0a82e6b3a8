"""`magpie worker` as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

STARTS_WITHIN_S = 120.0
POLL_S = 0.1


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker that is ready for jobs."""
    process = _worker(tmp_path)
    log = tmp_path / "logs" / "worker.log"
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not (log.exists() and "worker_started" in log.read_text()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "it did not start in time"
        time.sleep(POLL_S)
    yield process
    process.kill()
    process.communicate()


def _worker(data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "worker", "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "ENGINE_DATA_DIR"},
    )


def test_a_second_one_is_refused_and_the_first_stops_in_order(
    running: subprocess.Popen[str], tmp_path: Path
) -> None:
    """Two workers would run one job at once; or Ctrl-C leave a process behind, or a traceback."""
    second = _worker(tmp_path)
    _, said = second.communicate(timeout=STARTS_WITHIN_S)
    assert second.returncode == 1
    assert "Another worker runs" in said
    assert said.count("\n") == 1
    running.send_signal(signal.SIGINT)
    printed, said = running.communicate(timeout=STARTS_WITHIN_S)
    assert (running.returncode, said) == (0, "")
    assert printed.endswith("Stopped.\n")
    assert "worker_stopped" in (tmp_path / "logs" / "worker.log").read_text()
