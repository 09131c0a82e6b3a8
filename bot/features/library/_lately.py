"""What was edited or deleted a moment ago: a page of history may be older than that."""

from __future__ import annotations

from datetime import datetime

from bot.features.library._change import Change

MOST_KEPT = 20_000


class Lately:
    """Remembers the latest edits and deletions, in bounded memory."""

    def __init__(self) -> None:
        self._deleted: dict[int, None] = {}
        self._edited: dict[int, datetime] = {}

    def note(self, change: Change) -> None:
        """Takes a change that Discord has just announced."""
        if change.deleted:
            self._deleted[change.key] = None
        elif change.message is not None and change.message.edited_at is not None:
            self._edited[change.key] = change.message.edited_at
        for kept in (self._deleted, self._edited):
            if len(kept) > MOST_KEPT:
                del kept[next(iter(kept))]

    def undo(self, key: int) -> None:
        """Takes a deletion back."""
        self._deleted.pop(key, None)

    def deleted(self, change: Change) -> bool:
        """Whether the message, its channel or its server is gone."""
        return any(
            key in self._deleted for key in (change.message_id, change.channel_id, change.guild_id)
        )

    def edited_since(self, change: Change) -> bool:
        """Whether the message has been edited after the version that the change carries."""
        newest = self._edited.get(change.key)
        if newest is None or change.message is None:
            return False
        return change.message.edited_at is None or change.message.edited_at < newest
