"""Maps that can still be looked at."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.errors import NotFound
from engine.schemas import LibraryMap, MapRequest

KEPT_S = 3600.0
MOST_KEPT = 64
ID_BYTES = 24
"""Of a map's id, 192 random bits: whoever holds it may look, so it cannot be guessed."""


@dataclass(frozen=True)
class KeptMap:
    """A map as it was made, without anything that people posted.

    Attributes:
        asked: what for.
        sha256s: the content of each item by its id, in the order of the points.
    """

    asked: MapRequest
    map: LibraryMap
    sha256s: Mapping[str, str]


class MapShelf:
    """Keeps maps for an hour, in memory only; the oldest give way.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, KeptMap]] = OrderedDict()

    @staticmethod
    def new_id() -> str:
        """An id for a map that is about to be kept."""
        return secrets.token_urlsafe(ID_BYTES)

    def put(self, kept: KeptMap) -> None:
        """Keeps a map under its id."""
        self._drop_old()
        self._kept[kept.map.map_id] = (self._clock() + KEPT_S, kept)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def get(self, map_id: str) -> KeptMap:
        """The map of an id.

        Raises:
            NotFound: there never was one, or its hour is over.
        """
        self._drop_old()
        if map_id not in self._kept:
            raise NotFound(
                f"This map is gone: maps are kept for {KEPT_S / 60:.0f} minutes, the newest "
                f"{MOST_KEPT} of them, and not across a restart. Ask for a new one."
            )
        return self._kept[map_id][1]

    def _drop_old(self) -> None:
        now_s = self._clock()
        while self._kept and next(iter(self._kept.values()))[0] <= now_s:
            self._kept.popitem(last=False)
