"""Maps over HTTP: what an asker may see, and nothing else; shown as pictures and pages."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image, ImageEnhance
from playwright.async_api import Locator, Position, expect

from engine.client import EngineClient, EngineRefused
from engine.schemas import (
    ForgetRequest,
    ItemKind,
    MapPanel,
    MapRequest,
    MapView,
)
from tests.bot.standin_page.chat_page import chromium
from tests.engine.api.conftest import picture_item, text_item
from tests.engine_process import EngineProcess

PICTURES = sorted(Path("bot/demo/pictures").glob("*.webp"))[:15]
SECRET, OPEN = "secret", "open"
PADDING_PX = 28
BOTH = [MapView.PIXELS, MapView.FEATURES]


def darkened(file: bytes) -> bytes:
    """The same picture at night."""
    night = io.BytesIO()
    with Image.open(io.BytesIO(file)) as picture:
        ImageEnhance.Brightness(picture.convert("RGB")).enhance(0.5).save(night, "WEBP", quality=95)
    return night.getvalue()


async def embedded(client: EngineClient, library: str) -> None:
    """Waits until all that is stored can be found."""
    while (await client.library(library, wait_embedded_s=30)).pending:
        pass


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
        await embedded(client, self.library)

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


async def on_canvas(canvas: Locator, point: list[float]) -> Position:
    """Where the page draws a point of a map that is not zoomed."""
    width, height = await canvas.evaluate("each => [each.clientWidth, each.clientHeight]")
    x, y = point
    return {
        "x": PADDING_PX + x * (width - 2 * PADDING_PX),
        "y": PADDING_PX + (1 - y) * (height - 2 * PADDING_PX),
    }


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


pytestmark = pytest.mark.timeout(300)


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


async def test_a_map_tells_when_there_is_too_little(client: EngineClient, library: str) -> None:
    """Somebody would wait in vain, or read of a fault where nothing is wrong."""
    asked = MapRequest(library_id=library, channel_ids=None)
    with pytest.raises(EngineRefused, match="There are no pictures"):
        await client.maps.make(asked)
    for copy in range(4):
        await client.add_item(picture_item(library, f"{copy}"), PICTURES[0].read_bytes())
    await embedded(client, library)
    with pytest.raises(EngineRefused, match="only 1 different pictures"):
        await client.maps.make(asked)
    with pytest.raises(EngineRefused, match="There is no model"):
        await client.maps.make(
            asked.model_copy(update={"views": [MapView.TRAINED], "model_id": "../runs"})
        )
    with pytest.raises(EngineRefused, match="no such label set"):
        await client.maps.make(asked.model_copy(update={"labelset_id": "nothing"}))


async def test_texts_that_say_the_same_lie_on_one_spot(client: EngineClient, library: str) -> None:
    """A chat full of the same greeting would break the map, or be thrown about on it."""
    for number in range(4):
        await client.add_item(text_item(library, f"{number}", "good morning" + " " * number))
    await embedded(client, library)
    made = await client.maps.make(
        MapRequest(library_id=library, channel_ids=None, kind=ItemKind.TEXT, views=BOTH)
    )
    assert [len(set(positions(panel).values())) for panel in made.panels] == [1, 1]
    assert "they lie on one spot" in made.sentence
    assert (await client.maps.picture(made.map_id)).startswith(b"\x89PNG")


async def test_a_page_is_open_to_its_holder_and_forgets_what_is_deleted(
    filled: Mapped, client: EngineClient, shared_engine: EngineProcess
) -> None:
    """What people delete would stay on a page, or a stranger could guess or keep one."""
    link = "https://chat.example/{library_id}/{channel_id}/{message_id}"
    made = await client.maps.make(filled.request(views=[MapView.FEATURES], message_link=link))
    assert (await client.maps.picture(made.map_id)).startswith(b"\x89PNG")
    gone = next(iter(filled.nights))
    async with httpx.AsyncClient(base_url=shared_engine.url, trust_env=False) as stranger:
        page = await stranger.get(made.page)
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert filled.secret not in page.text
        items = {each["id"]: each for each in data_of(page.text)["items"]}
        assert items[gone]["link"] == f"https://chat.example/{filled.library}/{OPEN}/0"
        assert items[gone]["where"] == "#general"
        thumbnail = f"{made.page}/thumbnails/{gone}"
        assert (await stranger.get(thumbnail)).headers["content-type"] == "image/webp"
        assert (await stranger.get(f"{made.page}/thumbnails/{filled.secret}")).status_code == 404
        assert (await stranger.get(made.page[:-1] + "~")).status_code == 404
        assert (await stranger.get(f"/v1/maps/{made.map_id}/picture")).status_code == 401

        await client.forget(
            ForgetRequest(library_id=filled.library, channel_id=OPEN, message_id="0")
        )
        assert (await stranger.get(thumbnail)).status_code == 404
        assert gone not in (await stranger.get(made.page)).text
    kept = await client.maps.page(made.map_id)
    assert gone.encode() not in kept
    assert b"data:image/webp;base64," in kept
    del filled.nights[gone]


@pytest.mark.browser
async def test_pointing_at_an_item_shows_it_on_both_maps(
    filled: Mapped, client: EngineClient, shared_engine: EngineProcess
) -> None:
    """The page would be a picture only: nothing to see closer, or not without a mouse."""
    made = await client.maps.make(filled.request(views=BOTH))
    async with chromium() as browser:
        page = await browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda said: problems.append(said.text) if said.type == "error" else None
        )
        await page.goto(f"{shared_engine.url}{made.page}")
        data = data_of(await page.content())
        canvas, card = page.locator("canvas").first, page.locator("#card")
        await expect(card).to_be_hidden()
        await canvas.hover(position=await on_canvas(canvas, data["panels"][0]["points"][0]))
        await expect(card).to_contain_text("#general · 1 March 2026")
        shown = card.locator("img")
        await expect(shown).to_have_js_property("naturalWidth", 320)
        first = await shown.get_attribute("src")
        await page.locator("canvas").nth(1).focus()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("ArrowLeft")
        await expect(card).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(card).to_be_hidden()
        assert str(first).startswith(made.map_id)
        assert problems == []
