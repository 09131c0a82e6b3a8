"""Uploads, look-ups and deletion of items."""

from __future__ import annotations

import math
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from engine.api.idempotency import IdempotentRoute
from engine.api.multipart import documented, read_body
from engine.api.state import CurrentEngine
from engine.errors import BadRequest, NotFound
from engine.schemas import (
    Box,
    ForgetAnswer,
    ForgetRequest,
    Item,
    ItemAck,
    ItemPage,
    NewItem,
)

router = APIRouter(tags=["items"], route_class=IdempotentRoute)

DAY_S = 24 * 3600


@router.post("/items", status_code=201, openapi_extra=documented(NewItem, "item"))
async def add_item(request: Request, engine: CurrentEngine) -> ItemAck:
    """Stores a picture (multipart) or a text (JSON); durable when it answers, searchable soon."""
    new_item, files = await read_body(request, NewItem, "item")
    if len(files) > 1:
        raise BadRequest("One item has one file; send several items.")
    return await engine.uploads.accept(new_item, files[0] if files else None)


@router.get("/items")
async def list_items(
    engine: CurrentEngine,
    library_id: str,
    channel_id: str | None = None,
    message_id: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ItemPage:
    """A library's items, newest first; only those of a channel, or of a message in it."""
    return await engine.catalogue.items.page(
        library_id, channel_id=channel_id, message_id=message_id, cursor=cursor, limit=limit
    )


@router.get("/items/{item_id}")
async def get_item(engine: CurrentEngine, item_id: str) -> Item:
    """One item."""
    return await engine.catalogue.items.get(item_id)


@router.delete("/items/{item_id}")
async def delete_item(engine: CurrentEngine, item_id: str) -> ForgetAnswer:
    """Deletes one item: row, vector, and its original when nothing else refers to it."""
    place = (await engine.catalogue.items.get(item_id)).place
    return await engine.forgetter.forget(ForgetRequest(**place.model_dump()))


@router.get("/items/{item_id}/thumbnail", responses={200: {"content": {"image/webp": {}}}})
async def get_thumbnail(
    engine: CurrentEngine,
    item_id: str,
    box: Annotated[str | None, Query(description="x,y,width,height of a part to frame")] = None,
) -> Response:
    """A picture's thumbnail: WebP, at most 320 px on its longer side."""
    marked = None if box is None else _box(box)
    item = await engine.catalogue.items.get(item_id)
    if item.width_px is None:
        raise NotFound("Only pictures have thumbnails.")
    return _cached(await engine.thumbnails.get(item.sha256, marked), "image/webp")


@router.get("/items/{item_id}/original")
async def get_original(engine: CurrentEngine, item_id: str) -> Response:
    """The bytes as they were uploaded."""
    item = await engine.catalogue.items.get(item_id)
    return _cached(await engine.blobs.get(item.sha256), "application/octet-stream")


@router.post("/items:forget")
async def forget(engine: CurrentEngine, request: ForgetRequest) -> ForgetAnswer:
    """Deletes what was posted at a place or by an author, from every store."""
    return await engine.forgetter.forget(request)


def _box(numbers: str) -> Box:
    try:
        x, y, width, height = (float(number) for number in numbers.split(","))
    except ValueError:
        x = y = width = height = math.nan
    if not all(0 <= share <= 1 for share in (x, y, width, height)):
        raise BadRequest("A box is x,y,width,height, each a share from 0 to 1 of the picture.")
    return Box(x=x, y=y, width=width, height=height)


def _cached(data: bytes, media_type: str) -> Response:
    return Response(
        data,
        media_type=media_type,
        headers={
            "Cache-Control": f"private, max-age={DAY_S}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        },
    )
