"""Makes maps: what an asker may see, by several views side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from engine.encoders.ports import ImageTextEncoder
from engine.errors import BadRequest
from engine.maps.gathering import Gathering, Material
from engine.maps.names import GroupNames
from engine.maps.sentences import describe
from engine.maps.shelf import KeptMap, MapShelf
from engine.maps.trained import encoder_folder
from engine.maps.views import (
    Trained,
    View,
    pictures_by_features,
    pictures_by_pixels,
    pictures_by_trained,
    texts_by_features,
    texts_by_trained,
    texts_by_words,
)
from engine.maps.workshop import MapWorkshop
from engine.schemas import (
    Item,
    ItemKind,
    LibraryMap,
    MapCluster,
    MapPanel,
    MapPoint,
    MapRequest,
    MapView,
)
from engine.search.service import Stopwatch
from engine.settings import EngineSettings

PAGES = "/maps/"
"""Below it lie the pages, outside of what needs a token."""

DECIMALS = 4
"""Of a position: a ten-thousandth of the map's width."""


@dataclass(frozen=True)
class MapSettings:
    """What was decided for every map.

    Attributes:
        models: folder of the registry.
        device: that trained models run on.
        pages: address before a map's id; empty where there are no pages.
    """

    models: Path
    device: str
    pages: str

    @classmethod
    def of(cls, settings: EngineSettings, models: Path) -> Self:
        """As the operator decided."""
        address = f"{(settings.public_url or '').rstrip('/')}{PAGES}"
        return cls(models, settings.device, address if settings.map_pages else "")


class MapService:
    """Makes maps, and puts them on the shelf.

    Args:
        gathering: reads what maps are made of.
        clip: names groups of pictures.
        workshop: where the work is done.
        shelf: where maps are kept.
        settings: of every map.
    """

    def __init__(
        self,
        gathering: Gathering,
        clip: ImageTextEncoder,
        workshop: MapWorkshop,
        shelf: MapShelf,
        settings: MapSettings,
    ) -> None:
        self._gathering = gathering
        self._names = GroupNames(clip)
        self._workshop = workshop
        self._shelf = shelf
        self._settings = settings

    async def make(self, asked: MapRequest) -> LibraryMap:
        """Makes a map and keeps it for a while.

        Raises:
            BadRequest: there are fewer than three items to be seen, or a view needs what is not
                there.
            NotFound: there is no such label set or model.
            NotReady: too few items have been read so far.
            Busy: other maps are being made.
        """
        took = Stopwatch()
        trained = self._trained(asked)
        with took.stage("read"):
            labels = await self._gathering.labels(asked)
            material = await self._gathering.material(asked)
        panels = []
        for view in dict.fromkeys(asked.views):
            with took.stage(view):
                seen = await self._view(view, material, asked, trained)
                names = seen.names
                if names is None:
                    groups = seen.layout.groups
                    names = await self._names.of(material.features, groups, labels.names)
            panels.append(_panel(view, seen, names, material.items, labels.by_item))
        map_id = self._shelf.new_id()
        made = LibraryMap(
            map_id=map_id,
            kind=asked.kind,
            items=len(material.items),
            panels=panels,
            page=self._settings.pages and f"{self._settings.pages}{map_id}",
            sentence=describe(asked.kind, panels, material),
            took_ms=took.readings(),
        )
        sha256s = {each.item_id: each.sha256 for each in material.items}
        self._shelf.put(KeptMap(asked, made, sha256s))
        return made

    def _trained(self, asked: MapRequest) -> Trained | None:
        if MapView.TRAINED not in asked.views:
            return None
        if not asked.model_id:
            raise BadRequest("A map by a trained model needs the model's id.")
        models = self._settings.models
        folder = encoder_folder(models, asked.model_id, asked.library_id, asked.kind)
        return Trained(str(folder), self._settings.device)

    async def _view(
        self, view: MapView, material: Material, asked: MapRequest, trained: Trained | None
    ) -> View:
        run, seed = self._workshop.run, asked.seed
        if asked.kind is ItemKind.TEXT:
            texts = await self._gathering.texts(material.items)
            if view is MapView.PIXELS:
                return await run(texts_by_words, texts, seed)
            if view is MapView.FEATURES:
                return await run(texts_by_features, material.features, texts, seed)
            return await run(texts_by_trained, texts, trained, seed)
        if view is MapView.FEATURES:
            return await run(pictures_by_features, material.features, seed)
        thumbnails = await self._gathering.pictures(material.items)
        if view is MapView.PIXELS:
            return await run(pictures_by_pixels, thumbnails, seed)
        return await run(pictures_by_trained, thumbnails, trained, seed)


def _panel(
    view: MapView,
    seen: View,
    names: Sequence[str],
    items: Sequence[Item],
    labels: Mapping[str, str],
) -> MapPanel:
    positions, groups = seen.layout.positions, seen.layout.groups
    points = [
        MapPoint(
            item_id=item.item_id,
            x=round(float(x), DECIMALS),
            y=round(float(y), DECIMALS),
            cluster=int(group),
            label=labels.get(item.item_id, ""),
        )
        for item, (x, y), group in zip(items, positions, groups, strict=True)
    ]
    clusters = []
    for number, name in enumerate(names):
        inside = positions[groups == number]
        x, y = (round(float(each), DECIMALS) for each in np.median(inside, axis=0))
        clusters.append(MapCluster(name=name, items=len(inside), x=x, y=y))
    trust = round(seen.layout.faithfulness, DECIMALS)
    return MapPanel(view=view, points=points, clusters=clusters, faithfulness=trust)
