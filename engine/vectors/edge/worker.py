"""The index's own process: it alone touches Qdrant Edge, which never lets go of the GIL.

Run as ``python -m engine.vectors.edge.worker FOLDER FLUSH_EVERY_S LOCK_TIMEOUT_S`` with requests
on standard input and replies on standard output. It ends when its input does, which also happens
when the engine is killed. Signals to the whole group are the engine's business: it flushes and
closes this process in its own order.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from engine.errors import EngineError, StorageFailed
from engine.vectors.edge.folder import CollectionsFolder
from engine.vectors.edge.frames import READY, Reply, Request, read_frame, write_frame
from engine.vectors.edge.shards import OpenShards

ORPHAN_CHECK_S = 1.0
"""How often an idle process looks whether its parent still lives."""


def main() -> None:
    """Serves requests until the input ends or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    replies = _take_stdout()
    folder_path, flush_every_s, lock_timeout_s = sys.argv[1:]
    inbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, inbox), daemon=True).start()

    folder = CollectionsFolder(Path(folder_path))
    shards = OpenShards(folder)
    try:
        folder.acquire(float(lock_timeout_s))
        write_frame(replies, Reply(READY))
        _serve(inbox, replies, shards, float(flush_every_s))
    except EngineError as error:
        write_frame(replies, Reply(READY, error=error))
    except BrokenPipeError:
        pass  # the engine is gone; close what is open
    finally:
        shards.close()
        folder.release()


def _take_stdout() -> BinaryIO:
    """Keeps the reply pipe for replies: whatever else prints, prints on standard error."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def _receive(requests: BinaryIO, inbox: queue.SimpleQueue[Request | None]) -> None:
    try:
        while (request := read_frame(requests)) is not None:
            inbox.put(request)
    finally:
        inbox.put(None)


def _serve(
    inbox: queue.SimpleQueue[Request | None],
    replies: BinaryIO,
    shards: OpenShards,
    flush_every_s: float,
) -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            request = inbox.get(timeout=min(flush_every_s, ORPHAN_CHECK_S))
        except queue.Empty:
            _sync(shards, flush_every_s)
            continue
        if request is None:
            return
        write_frame(replies, _answer(request, shards))
        _sync(shards, flush_every_s)


def _sync(shards: OpenShards, flush_every_s: float) -> None:
    try:
        shards.sync_older_than(flush_every_s)
    except Exception as error:  # noqa: BLE001 - a full disk: tried again, and told to who asks for `durable`
        print(f"The vector index cannot sync to disk: {error}", file=sys.stderr)  # noqa: T201


def _answer(request: Request, shards: OpenShards) -> Reply:
    try:
        return Reply(request.number, request.command.run(shards))
    except (EngineError, ValueError) as error:
        return Reply(request.number, error=error)
    except TypeError as error:
        return Reply(request.number, error=ValueError(f"the index cannot hold this: {error}"))
    except Exception as error:  # noqa: BLE001 - Edge raises bare Exceptions; the caller is told
        return Reply(request.number, error=StorageFailed(f"The vector index failed: {error}."))


if __name__ == "__main__":
    main()
    os._exit(0)  # the receiving thread may be reading for ever, which a plain exit trips over
