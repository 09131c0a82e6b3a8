"""Labels: given, taken back, listed; and the card that comes next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from engine.api.auth import CurrentCaller, visible_channels
from engine.api.idempotency import IdempotentRoute
from engine.api.state import CurrentEngine
from engine.schemas import (
    Card,
    CardRequest,
    LabelPage,
    LabelsAck,
    NewLabels,
    UndoAnswer,
    UndoRequest,
)

labels = APIRouter(tags=["labelling"], route_class=IdempotentRoute)

cards = APIRouter(tags=["labelling"])
"""No answer is kept: a card shows what may be deleted meanwhile."""


@labels.post("/labels")
async def give_labels(engine: CurrentEngine, who: CurrentCaller, new: NewLabels) -> LabelsAck:
    """Stores what a person says of one or many items."""
    visible_channels(who, new.channel_ids)
    return await engine.catalogue.labels.give(new)


@labels.get("/labels")
async def list_labels(
    engine: CurrentEngine,
    labelset_id: str,
    item_id: str | None = None,
    person_id: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LabelPage:
    """The labels of a set that count, newest first."""
    return await engine.catalogue.labels.page(
        labelset_id, item_id=item_id, person_id=person_id, cursor=cursor, limit=limit
    )


@labels.post("/labels:undo")
async def undo(engine: CurrentEngine, request: UndoRequest) -> UndoAnswer:
    """Takes back what a person last said, or a batch of theirs."""
    return await engine.catalogue.labels.undo(request)


@cards.post("/labels:next")
async def next_card(engine: CurrentEngine, who: CurrentCaller, request: CardRequest) -> Card:
    """The item a person should label next."""
    visible_channels(who, request.channel_ids)
    return await engine.services.label_sessions.next(request)


router = APIRouter()
router.include_router(labels)
router.include_router(cards)
