"""Searches, and what people thought of the hits."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from engine.api.auth import CurrentCaller
from engine.api.idempotency import IdempotentRoute
from engine.api.multipart import documented, read_body
from engine.api.state import CurrentEngine
from engine.errors import NotAllowed
from engine.schemas import Feedback, SearchAnswer, SearchRequest
from engine.tokens import Caller

searches = APIRouter(tags=["search"])
"""Searches change nothing, and no answer is kept: it quotes what may be deleted meanwhile."""

judgements = APIRouter(tags=["search"], route_class=IdempotentRoute)


@searches.post("/search", openapi_extra=documented(SearchRequest, "request"))
async def search(request: Request, engine: CurrentEngine, who: CurrentCaller) -> SearchAnswer:
    """Finds pictures and texts by any number of words and pictures, wanted and unwanted."""
    wanted, pictures = await read_body(request, SearchRequest, "request")
    if wanted.channel_ids is None and who is not Caller.OWNER:
        raise NotAllowed("A search with the bot's token names the channels the asker may see.")
    return await engine.services.search.search(wanted, pictures)


@judgements.post("/feedback", status_code=204)
async def feedback(engine: CurrentEngine, judgement: Feedback) -> Response:
    """Stores a person's judgement of a hit; a later one replaces it."""
    await engine.catalogue.feedback.add(judgement)
    return Response(status_code=204)


router = APIRouter()
router.include_router(searches)
router.include_router(judgements)
