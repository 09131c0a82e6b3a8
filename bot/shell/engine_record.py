"""The note a running engine leaves in its data folder: who it is and where it listens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

from bot.shell.datafolder import DataFolder


@dataclass(frozen=True)
class EngineRecord:
    """What ``engine.json`` says; its engine may have died without removing it."""

    pid: int
    url: str

    @classmethod
    def read(cls, folder: DataFolder) -> Self | None:
        """The record, or None when there is none that can be read."""
        try:
            kept = json.loads(folder.engine_record.read_bytes())
            return cls(pid=int(kept["pid"]), url=str(kept["url"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
