"""Validated items in a terminal: what a network is right and wrong about while it learns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from engine.client import EngineClient
    from engine.schemas import Item, JudgedExample

MOST_CHARS = 60


class ToldExamples:
    """Tells of examples above a progress bar, of the same ones once.

    Args:
        client: knows the items.
        console: where to tell.
    """

    def __init__(self, client: EngineClient, console: Console) -> None:
        self._client = client
        self._console = console
        self._told: Sequence[JudgedExample] = ()

    async def tell(self, examples: Sequence[JudgedExample]) -> None:
        """Prints examples that were not printed just before."""
        if not examples or examples == self._told:
            return
        self._told = examples
        lines = [_line(each, await self._item(each.item_id)) for each in examples]
        self._console.print("Validated:", *lines, sep="\n  ", markup=False, highlight=False)

    async def _item(self, item_id: str) -> Item | None:
        from engine.client import EngineCallFailed

        try:
            return await self._client.item(item_id)
        except EngineCallFailed:
            return None


def _line(example: JudgedExample, item: Item | None) -> str:
    name = example.item_id[:8] if item is None else item.path or item.filename or item.text or ""
    shown = " ".join(name.split())
    shown = shown if len(shown) <= MOST_CHARS else f"{shown[: MOST_CHARS - 1]}…"
    if example.answer == example.truth:
        return f"✓ {shown}: {example.answer}"
    return f"✗ {shown}: taken for {example.answer}, is {example.truth}"
