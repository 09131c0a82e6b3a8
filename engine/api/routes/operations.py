"""What an operator asks for."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from engine.api.auth import owner_only
from engine.api.metrics import RequestMetrics
from engine.api.state import CurrentEngine
from engine.schemas import Backlog, VerifyReport

router = APIRouter(tags=["operations"])


@router.post("/verify", dependencies=[Depends(owner_only)])
async def verify(engine: CurrentEngine, *, rehash: bool = False) -> VerifyReport:
    """Compares catalogue, blobs and vectors; `rehash` also reads every original."""
    return await engine.verifier.verify(rehash=rehash)


@router.post("/reindex", dependencies=[Depends(owner_only)], status_code=202)
async def reindex(engine: CurrentEngine) -> Backlog:
    """Has everything embedded anew by what serves; searches go on with the vectors so far."""
    return Backlog(pending=await engine.embedder.embed_again())


@router.get("/reindex", dependencies=[Depends(owner_only)])
async def backlog(engine: CurrentEngine) -> Backlog:
    """How much waits to be embedded."""
    return Backlog(pending=await engine.catalogue.embed_queue.count_pending())


def metrics(request: Request) -> Response:
    """Everything counted so far, in Prometheus's text format."""
    counted: RequestMetrics = request.app.state.metrics
    return counted.response()
