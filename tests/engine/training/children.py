"""Children of the training, forked from a process that has imported what takes long."""

from __future__ import annotations

import multiprocessing as mp
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BEAT_S = 1.0

SAVE_EVERY_S = 0.2
"""So that these short trainings go on from checkpoints, too, and not only from their beginning."""

CONTEXT = mp.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["engine.training.image_backbone", "engine.training.networks", "sklearn.linear_model"]
)


class Children:
    """Starts children on one run folder, and keeps their hearts beating."""

    def __init__(self, folder: Path, pipe: Path) -> None:
        self._folder = folder
        self._pipe = pipe

    def start(self) -> mp.context.ForkServerProcess:
        """A child at work; its exit code is the program's."""
        child = CONTEXT.Process(target=_child, args=(self._folder, self._pipe))
        child.start()
        return child


@contextmanager
def children(folder: Path) -> Iterator[Children]:
    """Children of a run folder, as long as the block lasts."""
    pipe = folder.parent / "heartbeat"
    os.mkfifo(pipe)
    descriptor = os.open(pipe, os.O_RDWR)
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_S):
            os.write(descriptor, b"\n")

    beating = threading.Thread(target=beat)
    beating.start()
    try:
        yield Children(folder, pipe)
    finally:
        over.set()
        beating.join()
        os.close(descriptor)


def _child(folder: Path, pipe: Path) -> None:
    from engine.training import loop
    from engine.training.child import main

    loop.SAVE_EVERY_S = SAVE_EVERY_S
    sys.exit(main(folder, os.open(pipe, os.O_RDONLY)))
