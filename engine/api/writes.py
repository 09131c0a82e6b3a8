"""Which writes this process is carrying out right now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import Conflict


class WritesInFlight:
    """Keys whose first request is still being answered by this process."""

    def __init__(self) -> None:
        self._keys: set[str] = set()

    @contextmanager
    def claim(self, key: str) -> Iterator[None]:
        """Holds `key` for the duration of a ``with`` block.

        Raises:
            Conflict: another request holds it.
        """
        if key in self._keys:
            raise Conflict("This write is still being carried out.", retry_after_s=1.0)
        self._keys.add(key)
        try:
            yield
        finally:
            self._keys.discard(key)
