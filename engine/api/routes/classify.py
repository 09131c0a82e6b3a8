"""Classification."""

from __future__ import annotations

from fastapi import APIRouter, Request

from engine.api.auth import CurrentCaller, visible_channels
from engine.api.multipart import documented, read_body
from engine.api.state import CurrentEngine
from engine.schemas import Classification, ClassifyRequest

router = APIRouter(tags=["labelling"])
"""No answer is kept: it quotes examples that may be deleted meanwhile."""


@router.post("/classify", openapi_extra=documented(ClassifyRequest, "request"))
async def classify(request: Request, engine: CurrentEngine, who: CurrentCaller) -> Classification:
    """Says what a text, a picture or a stored item is, by a label set or by class names."""
    wanted, pictures = await read_body(request, ClassifyRequest, "request")
    visible_channels(who, wanted.channel_ids)
    return await engine.services.classify.classify(wanted, pictures)
