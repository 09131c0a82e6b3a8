"""One engine on one data folder behind one port, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from engine import logs, tokens
from engine.api.app import create_app
from engine.bootstrap import Engine
from engine.errors import Conflict, StorageFailed
from engine.settings import EngineSettings

GRACE_S = 10
STDIN = 0


def serve(settings: EngineSettings, *, screen: bool, exit_with_parent: bool) -> None:
    """Runs the engine in this process.

    Args:
        settings: where to keep data and listen.
        screen: whether to log to stderr beside the log file.
        exit_with_parent: stop when standard input reaches its end.

    Raises:
        Conflict: another engine runs on the folder, or the port is taken.
        StorageFailed: the folder cannot be written.
    """
    with _data_folder(settings.data_dir), _listening_socket(settings) as listener:
        logs.configure(settings.data_dir / "logs", settings.log_level, screen=screen)
        engine = Engine(settings, tokens.load_or_create(settings))
        host, port = listener.getsockname()[:2]
        server = _AnnouncedServer(
            uvicorn.Config(
                create_app(engine),
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=GRACE_S,
            ),
            announcement=settings.data_dir / "engine.json",
            url=f"http://{host}:{port}",
            closing=engine.closing,
        )
        if exit_with_parent:
            threading.Thread(target=_stop_at_eof, args=(server,), daemon=True).start()
        server.run(sockets=[listener])
        if engine.start_error is not None:
            raise engine.start_error


class _AnnouncedServer(uvicorn.Server):
    """Writes its address to a file once its port is open, and removes it when it stops."""

    def __init__(
        self, config: uvicorn.Config, announcement: Path, url: str, closing: asyncio.Event
    ) -> None:
        super().__init__(config)
        self._announcement = announcement
        self._url = url
        self._closing = closing

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens the port, then says so."""
        await super().startup(sockets)
        if self.started:
            _write_atomically(
                self._announcement, json.dumps({"pid": os.getpid(), "url": self._url})
            )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes the announcement back, ends what would go on for ever, then closes."""
        self._announcement.unlink(missing_ok=True)
        self._closing.set()
        await super().shutdown(sockets)


@contextlib.contextmanager
def _data_folder(folder: Path) -> Iterator[None]:
    """Holds the data folder for this process alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "engine.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise Conflict(
            f"Another engine{_owner_of(folder)} is using {folder}. "
            "Stop it, or choose another folder with --data."
        ) from error
    except OSError as error:
        raise StorageFailed(
            f"The data folder {folder} cannot be written: {error.strerror}. "
            "Choose another with --data or ENGINE_DATA_DIR."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _owner_of(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError):
        announced = json.loads((folder / "engine.json").read_text(encoding="utf-8"))
        return f" (process {announced['pid']})"
    return ""


def _listening_socket(settings: EngineSettings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Conflict(
                f"Port {settings.port} is taken. Choose another with --port, or 0 for a free one."
            ) from error
        raise Conflict(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}."
        ) from error


def _stop_at_eof(server: uvicorn.Server) -> None:
    # Not through sys.stdin: the interpreter cannot exit while a thread holds its buffer's lock.
    while os.read(STDIN, 1024):
        pass
    server.should_exit = True


def _write_atomically(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
