"""Stored models judged and asked; snapshots to judge them on."""

from __future__ import annotations

from fastapi import APIRouter, Request

from engine.api.idempotency import IdempotentRoute
from engine.api.multipart import documented, read_body
from engine.api.state import CurrentEngine
from engine.errors import BadRequest
from engine.schemas import (
    EvaluateRequest,
    Evaluation,
    NewSnapshot,
    Predictions,
    PredictRequest,
    SnapshotTaken,
)

questions = APIRouter(prefix="/models", tags=["models"])

writes = APIRouter(tags=["models"], route_class=IdempotentRoute)


@questions.post("/{model_id}:evaluate")
async def evaluate_model(
    engine: CurrentEngine, model_id: str, request: EvaluateRequest
) -> Evaluation:
    """Judges a model on the test items of a snapshot that it has not learnt from."""
    return await engine.services.assessor.evaluate(model_id, request.snapshot)


@questions.post("/{model_id}:predict", openapi_extra=documented(PredictRequest, "request"))
async def predict(request: Request, engine: CurrentEngine, model_id: str) -> Predictions:
    """What a model says of texts (JSON) or of pictures (multipart)."""
    asked, files = await read_body(request, PredictRequest, "request")
    if bool(files) == bool(asked.texts):
        raise BadRequest("Send either 'texts' or picture files, and at least one.")
    assessor = engine.services.assessor
    if files:
        return await assessor.predict_pictures(model_id, files)
    return await assessor.predict_texts(model_id, asked.texts)


@writes.post("/snapshots", status_code=201)
async def take_snapshot(engine: CurrentEngine, new: NewSnapshot) -> SnapshotTaken:
    """Takes a snapshot of a label set, to judge models on."""
    return await engine.services.snapshots.take(new)


router = APIRouter()
router.include_router(questions)
router.include_router(writes)
