"""Pages of maps: open to whoever holds the address, which cannot be guessed."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from engine.api.state import CurrentEngine
from engine.errors import NotFound
from engine.maps.page_file import policy
from engine.maps.service import PAGES

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""Nothing of a map stays in a browser, and no site that is linked learns a page's address."""


def pages_wanted(engine: CurrentEngine) -> None:
    """Refuses where the operator wants no pages.

    Raises:
        NotFound: there are none.
    """
    if not engine.settings.map_pages:
        raise NotFound("Maps have no pages here (ENGINE_MAP_PAGES).")


router = APIRouter(
    prefix=PAGES.rstrip("/"),
    tags=["maps"],
    dependencies=[Depends(pages_wanted)],
    default_response_class=Response,
)


@router.get("/{map_id}", responses={200: {"content": {"text/html": {}}, "description": "A page."}})
async def map_page(engine: CurrentEngine, map_id: str) -> Response:
    """The interactive page of a kept map, without what has been deleted since."""
    page = await engine.maps.page(map_id)
    return Response(
        page,
        media_type="text/html; charset=utf-8",
        headers={
            **HEADERS,
            "Content-Security-Policy": f"{policy()}; frame-ancestors 'none'",
        },
    )


@router.get(
    "/{map_id}/thumbnails/{item_id}",
    responses={200: {"content": {"image/webp": {}}, "description": "A picture."}},
)
async def map_thumbnail(engine: CurrentEngine, map_id: str, item_id: str) -> Response:
    """The thumbnail of a picture on a kept map, as long as the picture is there."""
    thumbnail = await engine.maps.thumbnail(map_id, item_id)
    return Response(
        thumbnail,
        media_type="image/webp",
        headers={**HEADERS, "Content-Security-Policy": "sandbox"},
    )
