"""A child that obeys the protocol of runs and learns nothing, for tests of who starts and stops it.

Its manners are read from ``manners.json`` in the run's folder: ``steps`` to take, ``step_s`` for
each, ``die_at`` (a step at which it segfaults, each time it comes by), ``fails`` with a sentence,
``deaf`` to SIGTERM, or ``finishes`` when it is told to stop.
Each start adds a line to ``starts.txt``: the step it goes on from.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from engine.schemas import Comparison, ItemKind, JobProgress
from engine.training.files import write_atomically
from engine.training.run import RunFiles

FAILED, STOPPED, TAKEN = 1, 3, 75
SILENCE_S = 30.0


def main(folder: Path) -> int:
    """Takes its steps, keeping a checkpoint after each."""
    files = RunFiles(folder)
    try:
        lock = FileLock(files.lock, timeout=0)
        lock.acquire()
    except Timeout:
        return TAKEN
    manners = json.loads((folder / "manners.json").read_text())
    if manners.get("fails"):
        sys.stderr.write("Loading.\nThe disk is full; free some space.\n")
        return FAILED
    stopped = threading.Event()
    if manners.get("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    threading.Thread(target=_end_with_worker, daemon=True).start()
    checkpoint = folder / "checkpoint.txt"
    step = int(checkpoint.read_text()) if checkpoint.exists() else 0
    with (folder / "starts.txt").open("a") as starts:
        starts.write(f"{os.getpid()} {step}\n")
    while step < manners["steps"]:
        if stopped.wait(manners["step_s"]) and not manners.get("finishes"):
            return STOPPED
        step += 1
        if step == manners.get("die_at"):
            os.kill(os.getpid(), signal.SIGSEGV)
        write_atomically(checkpoint, str(step))
        with files.events.open("a") as events:
            events.write(JobProgress(share=step / manners["steps"]).model_dump_json() + "\n")
    result = Comparison(
        snapshot="0" * 64,
        kind=ItemKind.IMAGE,
        classes=["cat", "dog"],
        train_items=8,
        test_items=2,
        results=[],
        sentence=f"It took {step} steps.",
    )
    write_atomically(files.result, result.model_dump_json())
    return 0


def _end_with_worker() -> None:
    heard = time.monotonic()
    os.set_blocking(0, False)
    while time.monotonic() < heard + SILENCE_S:
        try:
            if not os.read(0, 1024):
                break
            heard = time.monotonic()
        except BlockingIOError:
            time.sleep(0.1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
