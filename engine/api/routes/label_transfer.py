"""Labels coming from and going to files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from engine.api.auth import CurrentCaller, visible_channels
from engine.api.idempotency import IdempotentRoute
from engine.api.state import CurrentEngine
from engine.schemas import ExportFormat, ExportRequest, ImportReport, ImportRequest

CHUNK_BYTES = 256 * 1024

MEDIA_TYPES = {
    ExportFormat.JSONL: "application/x-ndjson",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.FOLDER: "application/zip",
    ExportFormat.COCO: "application/zip",
    ExportFormat.HUGGING_FACE: "application/zip",
}

imports = APIRouter(
    prefix="/labelsets/{labelset_id}", tags=["labelling"], route_class=IdempotentRoute
)

exports = APIRouter(prefix="/labelsets/{labelset_id}", tags=["labelling"])
"""No file is kept: it holds what may be deleted meanwhile."""


@imports.post("/import")
async def import_labels(
    engine: CurrentEngine, who: CurrentCaller, labelset_id: str, request: ImportRequest
) -> ImportReport:
    """Stores labels from a file; the rows that cannot be stored come back with reasons."""
    visible_channels(who, request.channel_ids)
    return await engine.catalogue.label_imports.import_rows(labelset_id, request)


@exports.post(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {media_type: {} for media_type in sorted(set(MEDIA_TYPES.values()))},
            "description": "A file.",
        }
    },
)
async def export_labels(
    engine: CurrentEngine, who: CurrentCaller, labelset_id: str, request: ExportRequest
) -> StreamingResponse:
    """The labels of a set as a file."""
    visible_channels(who, request.channel_ids)
    file = await engine.services.exporter.export(labelset_id, request)
    return StreamingResponse(_chunks(file), media_type=MEDIA_TYPES[request.format])


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


router = APIRouter()
router.include_router(imports)
router.include_router(exports)
