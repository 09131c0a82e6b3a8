"""Every error of the API as RFC 9457 problem+json; the only module that knows HTTP statuses."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from engine import errors
from engine.schemas import Problem

log = structlog.get_logger(__name__)

STATUS: dict[type[errors.EngineError], tuple[int, str]] = {
    errors.UnreadablePicture: (422, "Unreadable picture"),
    errors.UnreadableDocument: (422, "Unreadable document"),
    errors.LimitExceeded: (413, "Limit exceeded"),
    errors.InvalidQuery: (422, "Invalid query"),
    errors.BadRequest: (400, "Bad request"),
    errors.Forbidden: (403, "Forbidden"),
    errors.NotAllowed: (401, "Not allowed"),
    errors.NotFound: (404, "Not found"),
    errors.Conflict: (409, "Conflict"),
    errors.EncoderMismatch: (409, "Another encoder"),
    errors.Busy: (429, "Busy"),
    errors.NotReady: (503, "Not ready"),
    errors.StorageFailed: (507, "Storage failed"),
    errors.ModelUnavailable: (503, "Model unavailable"),
}


def install(app: FastAPI) -> None:
    """Makes `app` answer every error as problem+json."""
    app.add_exception_handler(errors.EngineError, _engine_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected_error)


def status_of(error: errors.EngineError) -> tuple[int, str]:
    """HTTP status and title of an error, by its nearest known class."""
    for cls in type(error).__mro__:
        if cls in STATUS:
            return STATUS[cls]
    return 500, "Engine error"


def _answer(problem: Problem) -> JSONResponse:
    headers = {}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(problem.retry_after_s)))
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


async def _engine_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.EngineError)
    return answer_error(error)


def answer_error(error: errors.EngineError) -> JSONResponse:
    """The problem+json response of an error."""
    status, title = status_of(error)
    return _answer(
        Problem(
            title=title,
            status=status,
            detail=error.detail,
            code=error.code,
            retry_after_s=error.retry_after_s,
        )
    )


async def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"] if step != "body") or "the body"
    return _answer(
        Problem(
            title="Invalid request",
            status=422,
            detail=f"{where}: {first['msg']}.",
            code="invalid_request",
        )
    )


async def _http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _answer(
        Problem(
            title="Request refused",
            status=error.status_code,
            detail=str(error.detail),
            code="not_found" if error.status_code == 404 else "refused",
        )
    )


async def _unexpected_error(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, exc_info=error)
    return _answer(
        Problem(
            title="Internal error",
            status=500,
            detail="Something broke inside the engine; its log has the details.",
            code="internal_error",
        )
    )
