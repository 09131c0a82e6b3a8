"""A switchboard without encoders: what it builds is done when the test says so."""

from __future__ import annotations

from engine.schemas import ItemKind, Reindex, ReindexState, ServingModel

BASE = ServingModel(kind=ItemKind.TEXT, name="all-MiniLM-L6-v2", fingerprint="f0")


class Switches:
    """A switchboard without encoders: what it builds is done when the test says so."""

    def __init__(self) -> None:
        self.now = BASE
        self.latest: Reindex | None = None

    async def activate(self, model_id: str, kind: ItemKind) -> Reindex:
        """Begins."""
        self.latest = Reindex(model_id=model_id, kind=kind, state=ReindexState.BUILDING, total=1)
        return self.latest

    def finish(self) -> None:
        """Switches."""
        assert self.latest is not None
        self.latest = self.latest.model_copy(update={"state": ReindexState.ACTIVE})
        self.now = ServingModel(
            kind=ItemKind.TEXT,
            name=f"model:{self.latest.model_id}",
            fingerprint="f1",
            model_id=self.latest.model_id,
            previous=self.now.name,
        )

    async def reindexing(self) -> Reindex | None:
        """How far the latest is."""
        return self.latest

    async def cancel(self) -> None:
        """Gives up."""
        assert self.latest is not None
        self.latest = self.latest.model_copy(update={"state": ReindexState.CANCELLED})

    async def rollback(self, kind: ItemKind) -> ServingModel:
        """Switches back."""
        self.now = BASE.model_copy(update={"kind": kind, "previous": self.now.name})
        return self.now

    async def serving(self) -> list[ServingModel]:
        """What serves texts."""
        return [self.now]
