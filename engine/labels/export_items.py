"""Labelled items on their way into a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from engine.schemas import Draw, Item, LabelMethod


@dataclass(frozen=True)
class ExportedLabel:
    """What one person says of an item.

    Attributes:
        classes: names, sorted.
    """

    classes: Sequence[str]
    labelled_by: str
    method: LabelMethod
    drawn: Draw | None
    given_at: datetime


@dataclass(frozen=True)
class ExportedItem:
    """An item with everything said of it.

    Attributes:
        labels: by person.
        consensus: names of the classes that the team has settled on, sorted; none while disputed.
        text: of a message or document; empty for pictures.
        original: the bytes of a picture's file; empty where a format has no use for them.
    """

    item: Item
    labels: Sequence[ExportedLabel]
    consensus: Sequence[str]
    text: str = ""
    original: bytes = b""

    def records(self) -> Iterator[dict[str, Any]]:
        """One record a label, which `engine.client.label_files` can read."""
        for label in self.labels:
            yield {
                "item_id": self.item.item_id,
                "sha256": self.item.sha256,
                "path": self.item.path,
                "classes": list(label.classes),
                "labelled_by": label.labelled_by,
                "method": label.method.value,
                "drawn": label.drawn and label.drawn.value,
                "given_at": label.given_at.astimezone(UTC).isoformat(),
                "consensus": list(self.consensus),
            }


class LabelWriter(Protocol):
    """Writes labelled items in one format."""

    def add(self, item: ExportedItem) -> None:
        """Writes an item; items come in the order of their ids."""
        ...

    def finish(self) -> None:
        """Writes what can only be written at the end."""
        ...
