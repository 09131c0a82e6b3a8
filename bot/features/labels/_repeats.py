"""Tells the second click of a double click from an answer."""

from __future__ import annotations

MOST_KEPT = 5_000


class Repeats:
    """Knows which cards are being answered, and which a message has gone on from.

    Whoever clicks twice clicks on the same card twice; the second click must not answer the next.
    """

    def __init__(self) -> None:
        self._busy: set[int] = set()
        self._left: dict[int, str] = {}

    def begin(self, message_id: int, item_id: str) -> bool:
        """Whether a press on an item's card is to be answered; if so, `end` must follow."""
        if message_id in self._busy or self._left.get(message_id) == item_id:
            return False
        self._busy.add(message_id)
        return True

    def went_on(self, message_id: int, item_id: str) -> None:
        """The message shows something else than this item now."""
        self._left.pop(message_id, None)
        if len(self._left) >= MOST_KEPT:
            del self._left[next(iter(self._left))]
        self._left[message_id] = item_id

    def end(self, message_id: int) -> None:
        """The press was answered, or failed."""
        self._busy.discard(message_id)
