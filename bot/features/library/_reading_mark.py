"""How far a channel has been read without a gap."""

from __future__ import annotations


class ReadingMark:
    """The newest message up to which everything is acknowledged by the engine.

    Live messages are worked off in any order, and the history is read at the same time. The mark
    moves past a message only when no older one is open, and, while the history is being read, not
    past where that reading has come. Whatever is lost in memory therefore lies behind the mark and
    is read again.

    Args:
        value: id of the newest message known to be acknowledged; 0 for none.
    """

    def __init__(self, value: int) -> None:
        self._value = value
        self._open: set[int] = set()
        self._newest = value
        self._cursor: int | None = value
        self.interruptions = 0

    @property
    def value(self) -> int:
        """Everything up to this id is acknowledged."""
        ceiling = self._newest if self._cursor is None else self._cursor
        if self._open:
            ceiling = min(ceiling, min(self._open) - 1)
        self._value = max(self._value, ceiling)
        return self._value

    @property
    def cursor(self) -> int:
        """Where reading the history goes on."""
        return self.value if self._cursor is None else self._cursor

    @property
    def complete(self) -> bool:
        """Whether the history has been read to its end."""
        return self._cursor is None

    @property
    def settled(self) -> bool:
        """Whether the history is read and everything seen is acknowledged."""
        return self.complete and not self._open

    def seen(self, message_id: int) -> None:
        """A message is to be worked off."""
        self._newest = max(self._newest, message_id)
        if message_id > self._value:
            self._open.add(message_id)

    def done(self, message_id: int) -> None:
        """A message has been worked off, or was none of ours."""
        self._newest = max(self._newest, message_id)
        self._open.discard(message_id)

    def reached(self, message_id: int) -> None:
        """Reading the history has come to this message."""
        self._newest = max(self._newest, message_id)
        if self._cursor is not None:
            self._cursor = max(self._cursor, message_id)

    def interrupt(self) -> None:
        """Messages may have been missed: the mark stays until the history is read from it."""
        self._go_on_from(min(self.value, self.cursor))

    def rewind(self) -> None:
        """Reads everything again from the channel's beginning."""
        self._value = 0
        self._go_on_from(0)

    def end_of_history(self, interruptions: int) -> bool:
        """The reading has come to the end; False when it was interrupted since and must go on.

        Args:
            interruptions: their number when the last stretch of history was asked for.
        """
        if interruptions != self.interruptions:
            return False
        self._cursor = None
        return True

    def _go_on_from(self, cursor: int) -> None:
        self._cursor = cursor
        self._open.clear()
        self.interruptions += 1
