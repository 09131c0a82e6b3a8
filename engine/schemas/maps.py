"""Maps: items in two dimensions, near each other where they are alike."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from engine.schemas.base import ItemKind, OpaqueId, Schema


class MapView(StrEnum):
    """By what items are near each other.

    PIXELS: their raw pixels, or counts of their words. FEATURES: the model that serves.
    TRAINED: a model of the registry.
    """

    PIXELS = "pixels"
    FEATURES = "features"
    TRAINED = "trained"


class MapRequest(Schema):
    """A map of what an asker may see.

    Attributes:
        channel_ids: that the asker may see; an empty list maps nothing.
        views: side by side, over the same items.
        model_id: of the registry, for the view `TRAINED`.
        labelset_id: colours the items by their labels, where they have any.
        max_items: drawn at random from what there is, with `seed`.
        title: of the picture and the page; empty: none of its own.
        channel_names: what the asker knows channels by, for the page.
        message_link: address of a message for the page, with `{library_id}`, `{channel_id}` and
            `{message_id}` in it; empty: messages cannot be opened.
    """

    library_id: OpaqueId
    channel_ids: list[OpaqueId] | None
    kind: ItemKind = ItemKind.IMAGE
    views: list[MapView] = Field(
        default_factory=lambda: [MapView.PIXELS, MapView.FEATURES], min_length=1, max_length=3
    )
    model_id: str | None = None
    labelset_id: str | None = None
    max_items: int = Field(default=1000, ge=3, le=5000)
    seed: int = Field(default=0, ge=0, lt=2**31)
    title: str = Field(default="", max_length=200)
    channel_names: dict[OpaqueId, str] = Field(default_factory=dict)
    message_link: str = Field(default="", pattern=r"^(https?://\S+)?$", max_length=500)


class MapPoint(Schema):
    """An item on a map, both coordinates from 0 to 1; `cluster` counts from 0, -1 is none."""

    item_id: str
    x: float
    y: float
    cluster: int = -1
    label: str = ""


class MapCluster(Schema):
    """Items close to each other, named by what they have in common."""

    name: str
    items: int
    x: float
    y: float


class MapPanel(Schema):
    """The map by one view.

    Attributes:
        faithfulness: trustworthiness, from 0 to 1: how far neighbours here are neighbours there.
    """

    view: MapView
    points: list[MapPoint]
    clusters: list[MapCluster]
    faithfulness: float


class LibraryMap(Schema):
    """A map, kept for a while under an id that cannot be guessed.

    Attributes:
        page: of the interactive page: its address where the engine knows by which it is reached
            (`ENGINE_PUBLIC_URL`), else its path on the engine; empty: there is none.
        sentence: what it shows, and what was left out.
    """

    map_id: str
    kind: ItemKind
    items: int
    panels: list[MapPanel]
    page: str
    sentence: str
    took_ms: dict[str, float]
