"""The interactive page of a map: one HTML file with its style, its script and its data."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

from engine.labels.picture import TEXT
from engine.maps.colours import Style, colouring_of, colouring_panel, style_of
from engine.maps.nouns import NOUNS, VIEW_TITLES
from engine.maps.present import PresentMap
from engine.schemas import Item, MapPanel, MapPoint, MapRequest

MOST_CHARS = 300

Pictures = Callable[[str], str]
"""Where the thumbnail of an item is, by its id: an address beside the page, or the bytes."""

_PLACE = re.compile(r"\{\{(\w+)\}\}")


def page_of(
    shown: PresentMap, asked: MapRequest, said: Mapping[str, str], pictures: Pictures
) -> str:
    """Writes the page.

    Args:
        shown: the map as it is now.
        asked: names channels, and says how messages are opened.
        said: what texts say, by item id.
        pictures: where thumbnails are.
    """
    described = shown.map
    parts = {
        "policy": policy(),
        "title": html.escape(f"{asked.title or 'Map'} · {described.items:,} {NOUNS[asked.kind]}"),
        "sentence": html.escape(described.sentence),
        "style": _part("map.css"),
        "data": json.dumps(_data(shown, asked, said, pictures)).replace("<", r"\u003c"),
        "script": _part("map.js"),
    }
    return _PLACE.sub(lambda place: parts[place[1]], _part("map.html"))


@cache
def policy() -> str:
    """What the page may load: its own script and style, and pictures from beside it."""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src 'self' data:; "
        f"script-src {_digest('map.js')}; style-src {_digest('map.css')}"
    )


def _data(
    shown: PresentMap, asked: MapRequest, said: Mapping[str, str], pictures: Pictures
) -> dict[str, object]:
    """What the script draws; every panel has the items in the same order."""
    panels, colouring = shown.map.panels, colouring_of(shown.map)
    coloured = None if colouring.legend else colouring_panel(shown.map)
    return {
        "items": [
            _item(shown.items[point.item_id], point, asked)
            | _style(colouring.of(point.item_id))
            | {
                "said": said.get(point.item_id, "")[:MOST_CHARS],
                "picture": pictures(point.item_id) if shown.items[point.item_id].width_px else "",
            }
            for point in panels[0].points
        ],
        "legend": [{"name": name} | _style(style) for name, style in colouring.legend],
        "panels": [
            {
                "title": VIEW_TITLES[asked.kind][panel.view],
                "trust": panel.faithfulness,
                "points": [(point.x, point.y) for point in panel.points],
                "groups": _groups(panel, coloured=panel is coloured),
            }
            for panel in panels
        ],
    }


def _item(item: Item, point: MapPoint, asked: MapRequest) -> dict[str, object]:
    channel = asked.channel_names.get(item.place.channel_id, "")
    return {
        "id": item.item_id,
        "label": point.label,
        "where": f"#{channel}" if channel else item.path or item.filename,
        "when": f"{item.posted_at.day} {item.posted_at:%B %Y}",
        "link": asked.message_link.format(
            library_id=item.place.library_id,
            channel_id=item.place.channel_id,
            message_id=item.place.message_id,
        ),
    }


def _style(style: Style) -> dict[str, object]:
    return {"colour": style.colour, "marker": style.marker}


def _groups(panel: MapPanel, *, coloured: bool) -> list[dict[str, object]]:
    """The groups that have a name, the largest first."""
    return [
        {
            "name": cluster.name,
            "x": cluster.x,
            "y": cluster.y,
            "colour": style_of(number).colour if coloured else TEXT,
        }
        for number, cluster in enumerate(panel.clusters)
        if cluster.name and cluster.items
    ]


@cache
def _part(name: str) -> str:
    return (resources.files("engine.maps") / "page" / name).read_text(encoding="utf-8")


def _digest(name: str) -> str:
    digest = hashlib.sha256(_part(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
