"""Why a child stops before it is done: it was told to, or whoever started it is gone."""

from __future__ import annotations

import os
import select
import signal
import threading

SILENCE_S = 30.0
"""Without a line for so long, whoever started the child is taken to be dead or stuck."""

GRACE_S = 20.0
"""From then on, for a last checkpoint."""

STOPPED = 3
"""Exit status of a child that stopped and can go on."""


class StopWatch:
    """Knows whether to stop.

    Args:
        heartbeat: file descriptor that gets a line every few seconds.
        silence_s: how long it may stay silent.
    """

    def __init__(self, heartbeat: int, silence_s: float = SILENCE_S) -> None:
        self._asked = threading.Event()
        self._heartbeat = heartbeat
        self._silence_s = silence_s

    def start(self) -> None:
        """Listens to SIGTERM, and to the heartbeat on a thread of its own."""
        signal.signal(signal.SIGTERM, lambda *_: self._asked.set())
        threading.Thread(target=self._listen, name="heartbeat", daemon=True).start()

    def asked(self) -> bool:
        """Whether to stop at the next chance."""
        return self._asked.is_set()

    def _listen(self) -> None:
        while select.select([self._heartbeat], [], [], self._silence_s)[0]:
            if not os.read(self._heartbeat, 1024):
                break
        self._asked.set()
        threading.Event().wait(GRACE_S)
        os._exit(STOPPED)  # nobody is left to kill a child that hangs
