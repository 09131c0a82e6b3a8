"""Trained models: their cards, what serves, and switching between them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from engine.api.auth import CurrentCaller, named_library, owner_only
from engine.api.idempotency import IdempotentRoute
from engine.api.state import CurrentEngine
from engine.schemas import ModelCard, ModelPage, Reindex, RollbackRequest, ServingModel

router = APIRouter(tags=["models"], route_class=IdempotentRoute)


@router.get("/models")
async def list_models(
    engine: CurrentEngine,
    library_id: str,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ModelPage:
    """A library's models, newest first, and what serves."""
    return await engine.registry.page(library_id, cursor=cursor, limit=limit)


@router.get("/models:reindex")
async def get_reindex(engine: CurrentEngine) -> Reindex:
    """How far the latest take-over is; 404 where there was none."""
    return await engine.registry.reindexing()


@router.delete("/models:reindex")
async def cancel_reindex(
    engine: CurrentEngine, who: CurrentCaller, library_id: str | None = None
) -> Reindex:
    """Stops a take-over; what serves goes on serving."""
    named_library(who, library_id)
    return await engine.registry.cancel(library_id=library_id)


@router.post("/models:rollback")
async def roll_back(
    engine: CurrentEngine,
    who: CurrentCaller,
    request: RollbackRequest,
    library_id: str | None = None,
    asked_by: str | None = None,
) -> ServingModel:
    """Has what served before search again, at once."""
    named_library(who, library_id)
    return await engine.registry.rollback(request.kind, library_id=library_id, asked_by=asked_by)


@router.get("/models/{model_id}")
async def get_model(engine: CurrentEngine, model_id: str) -> ModelCard:
    """One model's card."""
    return await engine.registry.get(model_id)


@router.delete("/models/{model_id}")
async def delete_model(
    engine: CurrentEngine, model_id: str, asked_by: str | None = None
) -> ModelCard:
    """Deletes a model; refused while searches need it or a rollback would."""
    return await engine.registry.delete(model_id, asked_by=asked_by)


@router.post("/models/{model_id}:activate", status_code=202)
async def activate_model(
    engine: CurrentEngine,
    who: CurrentCaller,
    model_id: str,
    library_id: str | None = None,
    asked_by: str | None = None,
    force: bool = False,
) -> Reindex:
    """Begins to have a model take over searching; `models:reindex` says how far it is.

    `library_id` names the server that asks, which is refused when it is not alone on this engine;
    only the owner may ask for all. `force`, for the owner, overrules the verdict.
    """
    named_library(who, library_id)
    if force:
        owner_only(who)
    return await engine.registry.activate(
        model_id, library_id=library_id, asked_by=asked_by, force=force
    )
