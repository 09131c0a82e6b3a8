"""Parts as real processes: started, stopped, restarted, and never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.shell import processes, supervision
from bot.shell.datafolder import DataFolder
from bot.shell.engine_access import started_engine
from bot.shell.failures import ShellFailure
from bot.shell.processes import Part, PartProcess, free_port, refuse_taken_port
from bot.shell.supervision import keep_running

UNTIL_TOLD = "import sys; print('up', file=sys.stderr, flush=True); sys.stdin.read()"
DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
while True:
    signal.pause()
"""


def _part(folder: Path, code: str) -> Part:
    return Part(name="thing", arguments=("-c", code), stderr_file=folder / "thing.stderr")


async def _until_it_said(process: PartProcess, words: str) -> None:
    async with asyncio.timeout(20):
        while process.last_words() != words:
            await asyncio.sleep(0.01)


async def test_stop_ends_it(tmp_path: Path) -> None:
    """Ctrl-C would leave an engine running."""
    process = await PartProcess.start(_part(tmp_path, UNTIL_TOLD))
    await _until_it_said(process, "up")
    await process.stop()
    assert process.exit_code == -signal.SIGTERM


async def test_what_does_not_listen_is_killed(tmp_path: Path) -> None:
    """Ctrl-C would hang when a part hangs."""
    process = await PartProcess.start(_part(tmp_path, DEAF))
    await _until_it_said(process, "up")
    await process.stop(within_s=0.2)
    assert process.exit_code == -signal.SIGKILL


async def test_refusal_to_start_ends_the_supervision_with_its_sentence(tmp_path: Path) -> None:
    """`magpie up` would restart for ever an engine whose folder is in use, and never say so."""
    part = _part(tmp_path, "import sys; sys.exit('The port is taken.')")
    with pytest.raises(ShellFailure, match="The port is taken"):
        await keep_running(part, was_up=lambda: False, say=pytest.fail)


async def test_killed_part_starts_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that runs out of memory once would stay away."""
    monkeypatch.setattr(supervision, "FIRST_PAUSE_S", 0.01)
    said: list[str] = []
    three_times = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        if len(said) == 3:
            three_times.set()

    part = _part(tmp_path, "import os; os.kill(os.getpid(), 9)")
    supervisor = asyncio.create_task(keep_running(part, was_up=lambda: True, say=say))
    async with asyncio.timeout(30):
        await three_times.wait()
    supervisor.cancel()
    with pytest.raises(asyncio.CancelledError):
        await supervisor
    assert said[0].startswith("The thing was ended by SIGKILL. It starts again in")


async def test_crash_is_told_by_its_signal(tmp_path: Path) -> None:
    """The person would read the last line of a crash report: "<no Python frame>"."""
    folder = DataFolder(tmp_path)
    crash = "import os, sys; print('<no Python frame>', file=sys.stderr, flush=True); os.abort()"
    process = await PartProcess.start(_part(tmp_path, crash))
    with pytest.raises(ShellFailure, match=r"was ended by SIGABRT while it started\. Its log: "):
        await started_engine(folder, process)


def test_kill_9_of_the_parent_leaves_nothing(tmp_path: Path) -> None:
    """A killed `magpie up` would leave an engine holding the folder."""
    parent_code = f"""
import asyncio
from pathlib import Path
from bot.shell.processes import Part, PartProcess
async def main():
    part = Part("thing", ("-c", {UNTIL_TOLD!r}), Path({str(tmp_path / "stderr")!r}))
    process = await PartProcess.start(part)
    print(process.pid, flush=True)
    await process.wait()
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", parent_code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        os.kill(parent.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs([child], timeout=20)
    assert not alive


def test_taken_port_is_noticed() -> None:
    """A taken port would be found only after everything else was started."""
    port = free_port()
    refuse_taken_port(port)
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(ShellFailure, match=f"--port {port + 1}"),
    ):
        refuse_taken_port(port)


def test_endings_have_words() -> None:
    """The person would read a bare number."""
    assert processes.ending(3) == "ended with exit code 3"
    assert processes.ending(-11) == "was ended by SIGSEGV"
