"""A kept map as it may be shown now: without what people have deleted since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.maps.shelf import KeptMap
from engine.schemas import Item, ItemKind, LibraryMap, MapPanel

ITEMS_AT_ONCE = 500


class ItemReader(Protocol):
    """What showing a map asks of the catalogue."""

    async def get_many(self, item_ids: Sequence[str]) -> dict[str, Item]:
        """The items that exist, by id."""
        ...


@dataclass(frozen=True)
class PresentMap:
    """A map, and the items on it.

    Attributes:
        items: those that are still what they were, by id.
    """

    map: LibraryMap
    items: Mapping[str, Item]


async def present(kept: KeptMap, reader: ItemReader) -> PresentMap:
    """Takes off the map what was deleted or edited since it was made."""
    item_ids = list(kept.sha256s)
    items: dict[str, Item] = {}
    for start in range(0, len(item_ids), ITEMS_AT_ONCE):
        some = await reader.get_many(item_ids[start : start + ITEMS_AT_ONCE])
        items |= {key: item for key, item in some.items() if item.sha256 == kept.sha256s[key]}
    panels = [_with(items, panel, kept.map.kind) for panel in kept.map.panels]
    return PresentMap(kept.map.model_copy(update={"items": len(items), "panels": panels}), items)


def _with(item_ids: Collection[str], panel: MapPanel, kind: ItemKind) -> MapPanel:
    """A panel with some of its items.

    A group of texts that has lost one loses its name, too: it was made of their words.
    """
    points = [point for point in panel.points if point.item_id in item_ids]
    sizes = Counter(point.cluster for point in points)
    clusters = [
        cluster.model_copy(
            update={
                "items": sizes[number],
                "name": cluster.name
                if kind is ItemKind.IMAGE or sizes[number] == cluster.items
                else "",
            }
        )
        for number, cluster in enumerate(panel.clusters)
    ]
    return panel.model_copy(update={"points": points, "clusters": clusters})
