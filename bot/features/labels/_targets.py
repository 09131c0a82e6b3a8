"""What is to be labelled, as the person who labels knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.quote import escape, shortened
from engine.schemas import Item, ItemKind

MOST_TITLE_CHARS = 80
NOUNS = {ItemKind.IMAGE: ("picture", "pictures"), ItemKind.TEXT: ("text", "texts")}


@dataclass(frozen=True)
class Target:
    """One item to be labelled.

    Attributes:
        channel_id: where it was posted.
        author_id: who posted it; empty where that is not known.
        title: its file name, or how its text begins.
    """

    item_id: str
    kind: ItemKind
    channel_id: str
    author_id: str
    title: str

    @classmethod
    def of_item(cls, item: Item) -> Self:
        """A remembered item."""
        title = item.filename or item.text or NOUNS[item.kind][0]
        return cls(
            item.item_id,
            item.kind,
            item.place.channel_id,
            item.author_id,
            shortened(title, MOST_TITLE_CHARS),
        )

    @property
    def name(self) -> str:
        """The title as Discord markdown."""
        return f"“{escape(self.title)}”"


def many(count: int, kind: ItemKind) -> str:
    """So many pictures or texts, in words."""
    singular, plural = NOUNS[kind]
    return f"{count} {singular if count == 1 else plural}"
