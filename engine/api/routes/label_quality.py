"""How good a label set is: progress, disputes, likely mistakes."""

from __future__ import annotations

from fastapi import APIRouter, Response

from engine.api.auth import CurrentCaller, visible_channels
from engine.api.state import CurrentEngine
from engine.schemas import DisputePage, LabelProgress, LikelyMistakes, ReviewRequest

router = APIRouter(prefix="/labelsets/{labelset_id}", tags=["labelling"])
"""No answer is kept: disputes and mistakes show what may be deleted meanwhile."""


@router.get("/progress")
async def progress(engine: CurrentEngine, labelset_id: str) -> LabelProgress:
    """How a label set stands, by class and by labeller, and what more labels would bring."""
    return await engine.services.quality.progress(labelset_id)


@router.get(
    "/progress.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "A picture."}},
)
async def progress_picture(engine: CurrentEngine, labelset_id: str) -> Response:
    """The same as a picture."""
    picture = await engine.services.quality.picture(labelset_id)
    return Response(picture, media_type="image/png")


@router.post("/disputes")
async def disputes(
    engine: CurrentEngine, who: CurrentCaller, labelset_id: str, request: ReviewRequest
) -> DisputePage:
    """One page of the items that people label differently."""
    visible_channels(who, request.channel_ids)
    return await engine.services.quality.disputes(labelset_id, request)


@router.post("/mistakes")
async def mistakes(
    engine: CurrentEngine, who: CurrentCaller, labelset_id: str, request: ReviewRequest
) -> LikelyMistakes:
    """Labels that a classifier which has not seen them finds unlikely."""
    visible_channels(who, request.channel_ids)
    return await engine.services.quality.mistakes(labelset_id, request)
