"""Training jobs: ordered, watched, cancelled, and their reports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from engine.api.idempotency import IdempotentRoute
from engine.api.state import CurrentEngine
from engine.errors import BadRequest
from engine.jobs.following import changes
from engine.schemas import Job, JobManifest, JobPage, NewJob, ReportFormat
from engine.training.curve_picture import curve_picture
from engine.training.report import report

HEARTBEAT_S = 15.0
"""Proxies close a connection on which nothing happens; most after a minute."""

MEDIA_TYPES = {
    ReportFormat.MARKDOWN: "text/markdown; charset=utf-8",
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.PNG: "image/png",
}

orders = APIRouter(prefix="/jobs", tags=["training"], route_class=IdempotentRoute)

streams = APIRouter(prefix="/jobs", tags=["training"])


@orders.post("", status_code=201)
async def start_job(
    engine: CurrentEngine, new: NewJob, idempotency_key: Annotated[str | None, Header()] = None
) -> Job:
    """Orders a training job; refused with what would make it start."""
    return await engine.services.job_orders.start(new, idempotency_key)


@orders.get("")
async def list_jobs(
    engine: CurrentEngine,
    library_id: str,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> JobPage:
    """A library's jobs, newest first."""
    return await engine.catalogue.jobs.page(library_id, cursor=cursor, limit=limit)


@orders.get("/{job_id}")
async def get_job(engine: CurrentEngine, job_id: str) -> Job:
    """One job as it is now."""
    return await engine.catalogue.jobs.get(job_id)


@orders.get("/{job_id}/manifest")
async def job_manifest(engine: CurrentEngine, job_id: str) -> JobManifest:
    """What repeats a job: snapshot, methods, seed, models, device and versions."""
    return await engine.services.job_repeats.manifest(job_id)


@orders.post(":repeat", status_code=201)
async def repeat_job(
    engine: CurrentEngine,
    manifest: JobManifest,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Job:
    """Orders the job of a manifest once more; refused when something it learnt from is gone."""
    return await engine.services.job_repeats.start(manifest, idempotency_key)


@orders.delete("/{job_id}")
async def cancel_job(engine: CurrentEngine, job_id: str) -> Job:
    """Cancels a job within seconds; what it has reached is kept, and twice is no error."""
    return await engine.catalogue.jobs.cancel(job_id)


@streams.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "A `Job` with each change."}
    },
)
async def follow_job(engine: CurrentEngine, job_id: str) -> StreamingResponse:
    """The job with each change as server-sent events, until it has ended."""
    await engine.catalogue.jobs.get(job_id)
    followed = changes(engine.catalogue.jobs, job_id, silence_s=HEARTBEAT_S, until=engine.closing)
    return StreamingResponse(
        _events(followed),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@streams.get(
    "/{job_id}/curve",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "A picture."}},
)
async def job_curve(engine: CurrentEngine, job_id: str) -> Response:
    """Loss and validation accuracy of the method that is being trained, as a picture."""
    job = await engine.catalogue.jobs.get(job_id)
    if not job.progress.train_loss:
        raise BadRequest("No epoch of the present method has ended, so there is no curve yet.")
    picture = await asyncio.to_thread(curve_picture, job.progress)
    return Response(picture, media_type="image/png")


@streams.get(
    "/{job_id}/report",
    response_class=Response,
    responses={
        200: {
            "content": {media_type: {} for media_type in MEDIA_TYPES.values()},
            "description": "A file.",
        }
    },
)
async def job_report(
    engine: CurrentEngine,
    job_id: str,
    format: ReportFormat = ReportFormat.MARKDOWN,  # noqa: A002 - the parameter's name over HTTP
) -> Response:
    """The comparison of a job that has succeeded, as a file."""
    job = await engine.catalogue.jobs.get(job_id)
    if job.comparison is None:
        raise BadRequest(f"The job is {job.state.value}; one that has succeeded has a report.")
    file = await asyncio.to_thread(report, job.comparison, job.labelset_name, format)
    return Response(file, media_type=MEDIA_TYPES[format])


async def _events(followed: AsyncIterator[Job | None]) -> AsyncIterator[str]:
    async for job in followed:
        yield ": nothing new\n\n" if job is None else f"data: {job.model_dump_json()}\n\n"


router = APIRouter()
router.include_router(orders)
router.include_router(streams)
