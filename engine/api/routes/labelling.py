"""What a library has decided about labels: reactions that give them, and learning from them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from engine.api.idempotency import IdempotentRoute
from engine.api.state import CurrentEngine
from engine.errors import BadRequest
from engine.schemas import ReactionBinding, ReactionBindings, Training, TrainingUpdate

router = APIRouter(
    prefix="/libraries/{library_id}", tags=["labelling"], route_class=IdempotentRoute
)


@router.get("/reactions")
async def list_reactions(engine: CurrentEngine, library_id: str) -> ReactionBindings:
    """Which reactions give which class, in every channel."""
    return await engine.catalogue.reactions.of(library_id)


@router.put("/reactions")
async def bind_reaction(
    engine: CurrentEngine, library_id: str, binding: ReactionBinding
) -> ReactionBinding:
    """Makes a reaction give a class in a channel, in place of what it gave there."""
    if binding.library_id != library_id:
        raise BadRequest("The binding names another library than the address.")
    return await engine.catalogue.reactions.bind(binding)


@router.delete("/reactions", status_code=204)
async def unbind_reaction(
    engine: CurrentEngine, library_id: str, channel_id: str, emoji: str
) -> Response:
    """Makes a reaction mean nothing in a channel."""
    await engine.catalogue.reactions.unbind(library_id, channel_id, emoji)
    return Response(status_code=204)


@router.get("/training")
async def get_training(engine: CurrentEngine, library_id: str) -> Training:
    """Whether models may learn from the library's labels."""
    return await engine.catalogue.training.get(library_id)


@router.put("/training")
async def set_training(engine: CurrentEngine, library_id: str, update: TrainingUpdate) -> Training:
    """Lets models learn from the library's labels, or not."""
    return await engine.catalogue.training.put(library_id, update)
