"""The switchboard of an engine whose encoders stay those that it was started with."""

from __future__ import annotations

from engine.encoders.registry import Encoders
from engine.errors import Conflict
from engine.schemas import ItemKind, Reindex, ServingModel


class StandingEncoders:
    """Says what serves, and switches nothing.

    Args:
        encoders: that serve.
    """

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders

    async def serving(self) -> list[ServingModel]:
        """What serves now, one for each kind of item.

        Raises:
            NotReady: the encoders are loading.
        """
        of_kinds = {
            ItemKind.IMAGE: self._encoders.clip.card,
            ItemKind.TEXT: self._encoders.sentence.card,
        }
        return [
            ServingModel(kind=kind, name=card.model, fingerprint=card.fingerprint)
            for kind, card in of_kinds.items()
        ]

    async def reindexing(self) -> Reindex | None:
        """Nothing was ever begun."""
        return None

    async def activate(self, model_id: str, kind: ItemKind) -> Reindex:
        """Refuses.

        Raises:
            Conflict: always.
        """
        raise Conflict(f"This version cannot have {model_id} search {kind.value}s yet.")

    async def cancel(self) -> None:
        """Has nothing to cancel."""

    async def rollback(self, kind: ItemKind) -> ServingModel:
        """Refuses.

        Raises:
            Conflict: always.
        """
        raise Conflict(f"Nothing else has searched {kind.value}s before.")
