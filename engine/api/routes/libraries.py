"""Libraries and their channels."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from engine.api.idempotency import IdempotentRoute
from engine.api.state import CurrentEngine
from engine.schemas import (
    Channel,
    ChannelPage,
    ChannelUpdate,
    FeedbackSummary,
    LibraryStatus,
)

router = APIRouter(prefix="/libraries", tags=["libraries"], route_class=IdempotentRoute)


@router.get("/{library_id}")
async def library_status(
    engine: CurrentEngine,
    library_id: str,
    wait_embedded_s: Annotated[float, Query(ge=0, le=30)] = 0,
    wait_read_s: Annotated[float, Query(ge=0, le=30)] = 0,
) -> LibraryStatus:
    """A library's size; waits that long for nothing to be pending, and for pictures to be read."""
    if wait_embedded_s:
        await engine.embedder.wait_until_embedded(library_id, wait_embedded_s)
    if engine.reading is None:
        status = await engine.catalogue.items.status(library_id)
        return status.model_copy(update={"unread": 0})
    return await engine.reading.wait_until_read(library_id, wait_read_s)


@router.get("/{library_id}/feedback")
async def feedback_summary(engine: CurrentEngine, library_id: str) -> FeedbackSummary:
    """How helpful hits were, by channel and kind."""
    return await engine.catalogue.feedback.summary(library_id)


@router.get("/{library_id}/channels")
async def list_channels(
    engine: CurrentEngine,
    library_id: str,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ChannelPage:
    """The channels a library knows of, watched or not."""
    return await engine.catalogue.channels.page(library_id, cursor=cursor, limit=limit)


@router.patch("/{library_id}/channels/{channel_id}")
async def update_channel(
    engine: CurrentEngine, library_id: str, channel_id: str, update: ChannelUpdate
) -> Channel:
    """Creates or changes a channel's record."""
    return await engine.catalogue.channels.put(library_id, channel_id, update)
