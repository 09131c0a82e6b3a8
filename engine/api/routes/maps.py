"""Maps: made, and fetched as files."""

from __future__ import annotations

from fastapi import APIRouter, Response

from engine.api.auth import CurrentCaller, visible_channels
from engine.api.state import CurrentEngine
from engine.schemas import LibraryMap, MapRequest

router = APIRouter(prefix="/maps", tags=["maps"])
"""A POST that changes nothing, as searches are: what may be seen outgrows an address."""

NO_STORE = {"Cache-Control": "no-store"}


@router.post("")
async def make_map(engine: CurrentEngine, who: CurrentCaller, request: MapRequest) -> LibraryMap:
    """Maps what an asker may see, alike items near each other; kept for an hour."""
    visible_channels(who, request.channel_ids)
    return await engine.services.maps.make(request)


@router.get(
    "/{map_id}/picture",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "A picture."}},
)
async def map_picture(engine: CurrentEngine, map_id: str) -> Response:
    """A kept map as a picture, without what has been deleted since."""
    picture = await engine.maps.picture(map_id)
    return Response(picture, media_type="image/png", headers=NO_STORE)


@router.get(
    "/{map_id}/page",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "A page."}},
)
async def map_page_file(engine: CurrentEngine, map_id: str) -> Response:
    """A kept map as one interactive HTML file that needs nothing else."""
    page = await engine.maps.page_file(map_id)
    return Response(page, media_type="text/html; charset=utf-8", headers=NO_STORE)
