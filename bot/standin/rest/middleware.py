"""Around every REST request: body, record, injected failures, authentication, error answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.standin.errors import ApiError, unauthorized
from bot.standin.request_body import read_body
from bot.standin.rest.answer import answer, error_answer, rate_limit_headers
from bot.standin.rest.service import BODY, RestService
from bot.standin.traffic import RecordedRequest

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API_PREFIX = "/api/v10"
_TOKEN_IN_PATH = ("/interactions/", "/webhooks/")
"""Routes whose path carries the token: no `Authorization` header is needed."""


def rest_middleware(service: RestService) -> Any:  # noqa: ANN401  # aiohttp's own decorator type
    """Build the middleware; it leaves other paths alone."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/api/"):
            return await handler(request)
        record = _record(request)
        try:
            response = await _answered(service, request, handler, record)
        except ApiError as error:
            response = error_answer(error)
        response.headers.update(rate_limit_headers(record.method, record.route or record.path))
        record.status = response.status
        if isinstance(response.body, bytes) and response.body:
            record.answer = json.loads(response.body)
        service.parts.traffic.requests.append(record)
        service.parts.pulse.beat()
        return response

    return middleware


async def _answered(
    service: RestService, request: web.Request, handler: Handler, record: RecordedRequest
) -> web.Response:
    body = await read_body(request)
    request[BODY] = body
    record.payload = body.payload
    record.files = [upload.filename for upload in body.uploads.values()]
    if not record.route:
        return answer({"message": "404: Not Found", "code": 0}, 404)
    failure = await service.parts.traffic.failures.strike(record.method, record.route)
    if failure is not None and failure.status is not None:
        failed = answer(failure.body(), failure.status)
        failed.headers.update(failure.headers())
        return failed
    if not record.route.startswith(_TOKEN_IN_PATH):
        _require_token(service, request)
    response = await handler(request)
    if not isinstance(response, web.Response):
        raise TypeError(f"{record.method} {record.route} did not answer with a whole response")
    return response


def _record(request: web.Request) -> RecordedRequest:
    resource = request.match_info.route.resource
    return RecordedRequest(
        method=request.method,
        route=resource.canonical.removeprefix(API_PREFIX) if resource is not None else "",
        path=request.path.removeprefix(API_PREFIX),
        query=dict(request.query),
        payload=None,
    )


def _require_token(service: RestService, request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bot {service.world.token}":
        raise unauthorized()
