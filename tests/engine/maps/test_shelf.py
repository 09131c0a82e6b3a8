"""How long maps can be looked at."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.maps.shelf import KEPT_S, MOST_KEPT, KeptMap, MapShelf
from engine.schemas import ItemKind, LibraryMap, MapRequest


def kept(map_id: str) -> KeptMap:
    """An empty map."""
    made = LibraryMap(
        map_id=map_id, kind=ItemKind.IMAGE, items=0, panels=[], page="", sentence="", took_ms={}
    )
    return KeptMap(MapRequest(library_id="l", channel_ids=[]), made, {})


def test_a_map_ends_after_its_time() -> None:
    """An address would show for ever what its holder could see once."""
    now_s = 0.0
    shelf = MapShelf(lambda: now_s)
    shelf.put(kept("a"))
    now_s = KEPT_S - 1
    assert shelf.get("a").map.map_id == "a"
    now_s = KEPT_S
    with pytest.raises(NotFound, match="Ask for a new one"):
        shelf.get("a")


def test_the_oldest_give_way() -> None:
    """Somebody who asks for map after map would fill the engine's memory."""
    shelf = MapShelf()
    for number in range(MOST_KEPT + 1):
        shelf.put(kept(f"{number}"))
    with pytest.raises(NotFound):
        shelf.get("0")
    assert shelf.get("1").map.map_id == "1"


def test_ids_cannot_be_guessed() -> None:
    """A stranger could try addresses until one opens."""
    ids = {MapShelf.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert min(map(len, ids)) >= 32
