"""The worker process: ``python -m engine.jobs.worker --data DIR``.

Exit codes: 0 after a graceful stop, 1 with one line on stderr when it cannot start, 2 on wrong
usage, 75 when another worker runs on the folder.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from engine import logs
from engine.catalogue import Catalogue
from engine.errors import EngineError
from engine.jobs.attendant import Attendant
from engine.jobs.child_process import CHILD, TAKEN
from engine.jobs.folders import JobFolders
from engine.jobs.queue import JobQueue
from engine.jobs.registering import Registrar
from engine.jobs.runner import Runner
from engine.settings import EngineSettings
from engine.variables import misspelt

log = structlog.get_logger(__name__)

STDIN = 0

IDLE_S = 300.0
"""How long a worker stays without a job where somebody starts another when there is one."""


def main(program: Sequence[str] = CHILD) -> int:
    """Runs jobs until told to stop.

    Args:
        program: the command of a child.
    """
    arguments = _parse()
    if wrong := misspelt(EngineSettings, os.environ):
        return _refuse(wrong, 1)
    settings = EngineSettings(**({"data_dir": arguments.data} if arguments.data else {}))
    folders = JobFolders(settings.data_dir)
    folders.data.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folders.worker_lock, timeout=0):
            logs.configure(
                folders.logs, settings.log_level, screen=arguments.verbose, name="worker"
            )
            worker_id = f"{socket.gethostname()}-{settings.device}"
            asyncio.run(_work(folders, worker_id, program, arguments))
    except Timeout:
        return _refuse(f"Another worker runs on {folders.data}.", TAKEN)
    except EngineError as error:
        return _refuse(error.detail, 1)
    return 0


async def _work(
    folders: JobFolders, worker_id: str, program: Sequence[str], arguments: argparse.Namespace
) -> None:
    told_to_stop = _told_to_stop(exit_with_parent=arguments.exit_with_parent)
    catalogue = await Catalogue.open(folders.catalogue)
    runner = Runner(catalogue.job_runs, Registrar(catalogue, folders), folders, program)
    queue = JobQueue(folders.queue, worker_id, runner)
    await queue.open()
    log.info("worker_started", worker_id=worker_id)
    attendant = Attendant(catalogue, queue, runner, worker_id)
    until_idle_s = IDLE_S if arguments.until_idle else math.inf
    attending = asyncio.create_task(attendant.run(until_idle_s=until_idle_s))
    stopping = asyncio.create_task(told_to_stop.wait())
    await asyncio.wait([attending, stopping], return_when=asyncio.FIRST_COMPLETED)
    attending.cancel()
    await asyncio.wait([attending])
    await runner.close()
    await asyncio.to_thread(queue.close)
    await catalogue.job_workers.remove(worker_id)
    await catalogue.close()
    log.info("worker_stopped", worker_id=worker_id)
    if not attending.cancelled():
        attending.result()


def _told_to_stop(*, exit_with_parent: bool) -> asyncio.Event:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for what in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(what, told.set)
    if exit_with_parent:
        watch = threading.Thread(
            target=_until_eof, args=(loop, told), name="parent-watch", daemon=True
        )
        watch.start()
    return told


def _until_eof(loop: asyncio.AbstractEventLoop, told: asyncio.Event) -> None:
    # Not through sys.stdin: the interpreter cannot exit while a thread holds its buffer's lock.
    while os.read(STDIN, 1024):
        pass
    loop.call_soon_threadsafe(told.set)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.jobs.worker", description=main.__doc__)
    parser.add_argument("--data", type=Path, help="folder that holds everything")
    parser.add_argument("-v", "--verbose", action="store_true", help="log to the screen too")
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when standard input closes"
    )
    parser.add_argument(
        "--until-idle", action="store_true", help="stop when there were no jobs for a while"
    )
    return parser.parse_args()


def _refuse(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
