"""The FastAPI application: routes, doors and error answers around one engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI

from engine.api import openapi, problems
from engine.api.auth import caller
from engine.api.body_limit import BodyLimit
from engine.api.metrics import MeasuredRequests, RequestMetrics
from engine.api.routes import (
    assessments,
    classify,
    duplicates,
    encode,
    health,
    items,
    jobs,
    label_quality,
    label_transfer,
    labelling,
    labels,
    labelsets,
    libraries,
    map_pages,
    maps,
    models,
    operations,
    people,
    search,
)
from engine.api.writes import WritesInFlight
from engine.bootstrap import Engine

FORM_OVERHEAD_BYTES = 64 * 1024
MAX_FILES_A_REQUEST = 8


def create_app(engine: Engine) -> FastAPI:
    """Builds the application; the engine opens with it and closes with it."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with engine:
            yield

    app = FastAPI(
        title="Magpie engine",
        description="Finds pictures, messages and documents by meaning.",
        version="1",
        docs_url="/docs",
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.engine = engine
    app.state.metrics = RequestMetrics()
    app.state.writes_in_flight = WritesInFlight()
    app.include_router(health.router, prefix="/v1")
    app.include_router(_behind_the_door(), prefix="/v1")
    app.include_router(map_pages.router)
    app.add_api_route("/metrics", operations.metrics, dependencies=[Depends(caller)])
    problems.install(app)
    openapi.complete(app)
    app.add_middleware(
        BodyLimit,
        max_bytes=engine.settings.max_file_bytes * MAX_FILES_A_REQUEST + FORM_OVERHEAD_BYTES,
    )
    app.add_middleware(MeasuredRequests, metrics=app.state.metrics)
    return app


def _behind_the_door() -> APIRouter:
    router = APIRouter(dependencies=[Depends(caller)])
    for resource in (
        items,
        search,
        duplicates,
        encode,
        libraries,
        people,
        labelsets,
        labels,
        label_quality,
        label_transfer,
        labelling,
        classify,
        jobs,
        models,
        assessments,
        maps,
        operations,
    ):
        router.include_router(resource.router)
    return router
