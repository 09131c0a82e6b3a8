"""Kept maps as pictures and pages, each time without what people have deleted since."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence

from engine.catalogue import Catalogue
from engine.errors import NotFound
from engine.ingest import Thumbnails
from engine.maps.page_file import page_of
from engine.maps.picture import map_picture, shown_items
from engine.maps.present import PresentMap, present
from engine.maps.shelf import MapShelf
from engine.maps.small_files import small_files
from engine.maps.workshop import MapWorkshop
from engine.schemas import ItemKind


class MapShowing:
    """Shows kept maps.

    Args:
        shelf: where they are.
        catalogue: says what is still there.
        thumbnails: of pictures.
        workshop: draws pictures.
    """

    def __init__(
        self, shelf: MapShelf, catalogue: Catalogue, thumbnails: Thumbnails, workshop: MapWorkshop
    ) -> None:
        self._shelf = shelf
        self._catalogue = catalogue
        self._thumbnails = thumbnails
        self._workshop = workshop

    async def picture(self, map_id: str) -> bytes:
        """A map as a PNG.

        Raises:
            NotFound: it is not kept any more.
            Busy: other maps are being made.
        """
        kept = self._shelf.get(map_id)
        shown = await present(kept, self._catalogue.items)
        wanted = {item_id for panel in shown.map.panels for item_id in shown_items(panel)}
        files = await self._pictures(shown, sorted(wanted))
        return await self._workshop.run(map_picture, shown.map, kept.asked.title, files)

    async def page(self, map_id: str) -> str:
        """A map as a page; its thumbnails lie below the page's own address.

        Raises:
            NotFound: it is not kept any more.
        """
        return await self._page(map_id, with_pictures=False)

    async def page_file(self, map_id: str) -> str:
        """A map as a page that needs nothing else.

        Raises:
            NotFound: it is not kept any more.
        """
        return await self._page(map_id, with_pictures=True)

    async def thumbnail(self, map_id: str, item_id: str) -> bytes:
        """The thumbnail of a picture on a map.

        Raises:
            NotFound: the map is not kept any more, or the item is not on it, or was deleted.
        """
        sha256 = self._shelf.get(map_id).sha256s.get(item_id)
        item = (await self._catalogue.items.get_many([item_id])).get(item_id)
        if sha256 is None or item is None or item.sha256 != sha256 or item.width_px is None:
            raise NotFound("This picture is not on the map, or was deleted.")
        return await self._thumbnails.get(sha256)

    async def _page(self, map_id: str, *, with_pictures: bool) -> str:
        kept = self._shelf.get(map_id)
        shown = await present(kept, self._catalogue.items)
        said = await self._said(shown)
        files: Mapping[str, bytes] = {}
        if with_pictures:
            files = await self._pictures(shown, list(shown.items))

        def address(item_id: str) -> str:
            if not with_pictures:
                return f"{map_id}/thumbnails/{item_id}"
            return f"data:image/webp;base64,{base64.b64encode(files.get(item_id, b'')).decode()}"

        return await asyncio.to_thread(page_of, shown, kept.asked, said, address)

    async def _pictures(self, shown: PresentMap, item_ids: Sequence[str]) -> dict[str, bytes]:
        if shown.map.kind is not ItemKind.IMAGE:
            return {}
        sha256s = [shown.items[each].sha256 for each in item_ids]
        files = await small_files(self._thumbnails, sha256s)
        return {each: file for each, file in zip(item_ids, files, strict=True) if file}

    async def _said(self, shown: PresentMap) -> dict[str, str]:
        """What texts say; a document, its name and how it begins."""
        said = {item_id: item.text for item_id, item in shown.items.items() if item.text}
        documents = [
            (item_id, 0)
            for item_id, item in shown.items.items()
            if item_id not in said and item.kind is ItemKind.TEXT
        ]
        for (item_id, _), passage in (await self._catalogue.passages.get_many(documents)).items():
            said[item_id] = f"{shown.items[item_id].filename}\n{passage.text}"
        return said
