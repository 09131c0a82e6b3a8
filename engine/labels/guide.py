"""What classifiers say to sessions: what to label next, and what an item probably is."""

from __future__ import annotations

from collections.abc import Sequence

from engine.catalogue.label_cards import OpenCard
from engine.schemas import Suggestion


class Unguided:
    """Knows nothing yet: every card is drawn at random and without a guess."""

    async def order(self, labelset_id: str) -> Sequence[OpenCard]:  # noqa: ARG002
        """No order."""
        return []

    async def guesses(self, labelset_id: str, item_id: str) -> list[Suggestion]:  # noqa: ARG002
        """No guesses."""
        return []
