"""Maps over HTTP: what an asker may see, and nothing else; shown as pictures and pages."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from engine.client import EngineClient, EngineRefused
from engine.schemas import (
    MapPanel,
    MapRequest,
    MapView,
)
from tests.engine.api.conftest import picture_item
from tests.engine_process import EngineProcess

PICTURES = sorted(Path("bot/demo/pictures").glob("*.webp"))[:15]
SECRET, OPEN = "secret", "open"
BOTH = [MapView.PIXELS, MapView.FEATURES]


def darkened(file: bytes) -> bytes:
    """The same picture at night."""
    night = io.BytesIO()
    with Image.open(io.BytesIO(file)) as picture:
        ImageEnhance.Brightness(picture.convert("RGB")).enhance(0.5).save(night, "WEBP", quality=95)
    return night.getvalue()


class Mapped:
    """A library whose pictures are all there twice, by day and by night, and one secret picture."""

    def __init__(self, library: str) -> None:
        self.library = library
        self.nights: dict[str, str] = {}
        self.secret = ""

    async def fill(self, client: EngineClient) -> None:
        """Stores it, and waits until all can be found."""
        for number, path in enumerate(PICTURES[:-1]):
            file = path.read_bytes()
            day = await client.add_item(picture_item(self.library, f"{number}", OPEN), file)
            night = picture_item(self.library, f"{number}n", OPEN)
            self.nights[day.item_id] = (await client.add_item(night, darkened(file))).item_id
        hidden = picture_item(self.library, "s", SECRET)
        other = PICTURES[-1].read_bytes()
        self.secret = (await client.add_item(hidden, other)).item_id
        while (await client.library(self.library, wait_embedded_s=30)).pending:
            pass

    def request(self, **more: Any) -> MapRequest:
        """A map of what is open."""
        asked = {"channel_ids": [OPEN], "channel_names": {OPEN: "general"}, "title": "Nestbox"}
        return MapRequest(library_id=self.library, **(asked | more))


@pytest.fixture(scope="module")
def mapped() -> Mapped:
    """One library for the module, filled by the first test that needs it."""
    return Mapped("maps-of-pictures")


@pytest.fixture
async def filled(mapped: Mapped, client: EngineClient) -> Mapped:
    """The library with everything in it."""
    if not mapped.secret:
        await mapped.fill(client)
    return mapped


def positions(panel: MapPanel) -> dict[str, tuple[float, float]]:
    """Where items are."""
    return {point.item_id: (point.x, point.y) for point in panel.points}


def data_of(page: str) -> dict[str, Any]:
    """What the script of a page draws."""
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def found_first(panel: MapPanel, pairs: dict[str, str]) -> float:
    """How often the nearest on the map is the same picture by night."""
    at = positions(panel)
    ids = list(at)
    places = np.array([at[each] for each in ids])
    hits = 0
    for day, night in pairs.items():
        away = np.linalg.norm(places - at[day], axis=1)
        away[ids.index(day)] = np.inf
        hits += ids[int(away.argmin())] == night
    return hits / len(pairs)


async def test_a_map_holds_what_the_asker_may_see_the_same_each_time(
    filled: Mapped, client: EngineClient, shared_engine: EngineProcess
) -> None:
    """Somebody would see what was posted where they may not read, or another map each time."""
    async with shared_engine.client("bot") as bot:
        first, again = [await bot.maps.make(filled.request(views=BOTH)) for _ in range(2)]
        with pytest.raises(EngineRefused, match="name the channels"):
            await bot.maps.make(filled.request(channel_ids=None))
    assert [panel.view for panel in first.panels] == BOTH
    assert first.panels == again.panels
    assert first.map_id != again.map_id
    for panel in first.panels:
        shown = positions(panel)
        assert set(shown) == {*filled.nights, *filled.nights.values()}
        assert all(0 <= each <= 1 for place in shown.values() for each in place)
        assert 0.5 < panel.faithfulness <= 1
    everything = await client.maps.make(filled.request(channel_ids=None, views=[MapView.PIXELS]))
    assert filled.secret in positions(everything.panels[0])


async def test_the_same_subject_lies_nearer_by_features_than_by_pixels(
    filled: Mapped, client: EngineClient
) -> None:
    """The two maps beside each other would show no difference: night is as far as another thing."""
    by_pixels, by_features = (await client.maps.make(filled.request(views=BOTH))).panels
    assert found_first(by_features, filled.nights) > found_first(by_pixels, filled.nights) + 0.3
