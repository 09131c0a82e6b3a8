"""Logs of engine and worker: JSON lines in a file, and readable ones on the screen when asked."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

MAX_FILE_BYTES = 10 * 1024 * 1024
KEPT_FILES = 3


def configure(folder: Path, level: str, *, screen: bool, name: str = "engine") -> Path:
    """Sends structlog's and the libraries' records to a file.

    Args:
        folder: where the log file lives; made when missing.
        level: DEBUG, INFO, WARNING or ERROR.
        screen: whether to write to stderr as well.
        name: of the process, and so of the file: ``engine.log``.

    Returns:
        The log file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    file = RotatingFileHandler(
        path, maxBytes=MAX_FILE_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
    )
    file.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    handlers: list[logging.Handler] = [file]
    if screen:
        console = logging.StreamHandler(sys.stderr)
        console.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=shared, processor=structlog.dev.ConsoleRenderer()
            )
        )
        handlers.append(console)
    logging.basicConfig(level=level, handlers=handlers, force=True)
    for chatty in ("httpx", "httpcore", "alembic", "aiosqlite"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return path
