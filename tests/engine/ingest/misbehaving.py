"""What broken pictures can do to a decoder; light, because worker processes import it."""

import os
import signal


def hang(*_: object) -> None:
    """Stands for a decoder that never comes back, and that no Python signal handler can stop."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    signal.pause()


def crash(*_: object) -> None:
    """Stands for a decoder with a memory error."""
    os.kill(os.getpid(), signal.SIGSEGV)
