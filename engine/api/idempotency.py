"""Writes that carry an ``Idempotency-Key`` happen once, however often they are sent.

The first answer is kept for a day and given again to the same key and body; the same key with
another body is refused (draft-ietf-httpapi-idempotency-key-header, section 2).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from engine.api.state import current_engine
from engine.catalogue.idempotency import Answer
from engine.errors import BadRequest

MAX_KEY_CHARS = 255


class IdempotentRoute(APIRoute):
    """A route that answers a repeated write with the first answer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wraps the ordinary handler."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            if key is None or request.method == "GET":
                return await handle(request)
            if not 0 < len(key) <= MAX_KEY_CHARS:
                raise BadRequest(f"An Idempotency-Key has 1 to {MAX_KEY_CHARS} characters.")
            return await _once(request, key, handle)

        return once


async def _once(
    request: Request,
    key: str,
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Response:
    engine = current_engine(request)
    digest = await asyncio.to_thread(
        _digest, request.method, str(request.url), await request.body()
    )
    with request.app.state.writes_in_flight.claim(key):
        kept = await engine.catalogue.idempotency.get(key, digest)
        if kept is not None:
            return Response(kept.body, status_code=kept.status, media_type="application/json")
        response = await handle(request)
        if response.status_code < 300:
            answer = Answer(response.status_code, bytes(response.body).decode())
            await engine.catalogue.idempotency.put(key, digest, answer)
        return response


def _digest(method: str, url: str, body: bytes) -> str:
    """Digest of what makes two requests the same; multipart boundaries differ and are cut out."""
    hasher = hashlib.sha256(f"{method} {url}\n".encode())
    if body.startswith(b"--"):
        boundary, _, _ = body.partition(b"\r\n")
        body = body.replace(boundary, b"--")
    hasher.update(body)
    return hasher.hexdigest()
