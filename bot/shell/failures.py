"""How a command says that it cannot do its work."""

from __future__ import annotations

FAILED = 1
"""The exit code that goes with it."""


class ShellFailure(Exception):
    """Ends a command; its text is one sentence that says what happened and what to do."""
