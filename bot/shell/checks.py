"""What `magpie doctor` looks at, one finding each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what.
        state: how it is.
        detail: what was seen.
        fix: what to do about it; empty when it is ok.
    """

    name: str
    state: State
    detail: str
    fix: str = ""
