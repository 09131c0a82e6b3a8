"""Logs of the bot process: a file, and the screen when asked."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST_FILE_BYTES = 10 * 1024 * 1024
KEPT_FILES = 3
FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def log_to(path: Path, *, screen: bool) -> None:
    """Sends all records to a file, and to stderr as well if `screen`."""
    handlers: list[logging.Handler] = [
        RotatingFileHandler(
            path, maxBytes=LARGEST_FILE_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
        )
    ]
    if screen:
        handlers.append(logging.StreamHandler(sys.stderr))
    logging.basicConfig(level=logging.INFO, format=FORMAT, handlers=handlers)
    logging.getLogger("httpx").setLevel(logging.WARNING)
