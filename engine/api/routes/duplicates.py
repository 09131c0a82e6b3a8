"""What was posted more than once."""

from __future__ import annotations

from fastapi import APIRouter

from engine.api.auth import CurrentCaller
from engine.api.state import CurrentEngine
from engine.errors import NotAllowed
from engine.schemas import DuplicatesPage, DuplicatesRequest
from engine.tokens import Caller

router = APIRouter(prefix="/libraries", tags=["libraries"])
"""A POST that changes nothing, as searches are: what may be seen outgrows an address."""


@router.post("/{library_id}/duplicates")
async def duplicates(
    engine: CurrentEngine, who: CurrentCaller, library_id: str, request: DuplicatesRequest
) -> DuplicatesPage:
    """A page of what was posted more than once, most often first, with its places."""
    if request.channel_ids is None and who is not Caller.OWNER:
        raise NotAllowed("With the bot's token, name the channels the asker may see.")
    return await engine.services.duplicates.page(library_id, request)
