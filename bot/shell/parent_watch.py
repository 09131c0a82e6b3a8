"""Ending with the process that started this one."""

from __future__ import annotations

import os
import signal
import threading

STDIN = 0


def stop_with_parent() -> None:
    """Ends this process, as Ctrl-C would, when its stdin reaches the end.

    The parent holds the other end of that pipe; the kernel closes it however the parent dies.
    """
    threading.Thread(target=_wait_for_the_end, name="parent-watch", daemon=True).start()


def _wait_for_the_end() -> None:
    # Not through sys.stdin: the interpreter cannot exit while a thread holds its buffer's lock.
    while os.read(STDIN, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
