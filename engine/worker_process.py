"""What every worker process does first, and how a function in one is kept within bounds.

It lies beside `engine.ingest`, not in it, so that a worker starts without importing databases
or torch.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path


def prepare_worker() -> None:
    """Runs once in each worker: ties its life to its parent's, and silences its libraries."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    warnings.simplefilter("ignore")  # libraries warn of oddities in files; nobody reads a worker's


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def memory_capped(extra_bytes: int) -> Iterator[None]:
    """Lets the process take at most `extra_bytes` on top of what it has mapped already.

    Beyond that, Python raises MemoryError and a C library does so or dies, which costs a worker
    instead of the machine. Linux only: elsewhere the system does not enforce such a limit.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    mapped_pages = int(Path("/proc/self/statm").read_text().split()[0])
    ceiling = mapped_pages * resource.getpagesize() + extra_bytes
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounds = [limit for limit in (ceiling, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
