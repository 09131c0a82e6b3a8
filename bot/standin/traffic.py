"""What the bot asked the REST API and what it was told; and failures put in its way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.standin.world import Json

_KEPT_REQUESTS = 5000


@dataclass(slots=True)
class RecordedRequest:
    """One request and its answer.

    Attributes:
        route: the path with parameters named as in Discord's OpenAPI file; empty when unknown.
        path: the path as sent, without `/api/v10`.
        payload: the JSON body, from `payload_json` in a multipart request.
        files: names of the uploaded files.
        answer: the JSON answered, or None.
    """

    method: str
    route: str
    path: str
    query: Mapping[str, str]
    payload: Any
    files: list[str] = field(default_factory=list)
    status: int = 0
    answer: Any = None


@dataclass(slots=True)
class Failure:
    """What is to go wrong with matching requests.

    Attributes:
        status: the HTTP status to answer with; None lets the request through after `latency_s`.
        method: match this method only.
        route: match this route only, e.g. `/channels/{channel_id}/messages`.
        times: how many requests it hits.
        latency_s: how long the answer takes.
        retry_after_s: for 429, when to come back.
        code: Discord's error code in the answer.
        is_global: for 429, whether it concerns every route.
    """

    status: int | None = None
    method: str | None = None
    route: str | None = None
    times: int = 1
    latency_s: float = 0.0
    retry_after_s: float = 0.1
    code: int = 0
    is_global: bool = False

    def matches(self, method: str, route: str) -> bool:
        """Whether a request is hit."""
        return self.times > 0 and self.method in (None, method) and self.route in (None, route)

    def body(self) -> Json:
        """The answer's JSON."""
        if self.status == 429:
            return {
                "message": "You are being rate limited.",
                "retry_after": self.retry_after_s,
                "global": self.is_global,
                "code": self.code,
            }
        return {"message": "Injected failure", "code": self.code}

    def headers(self) -> dict[str, str]:
        """A 429 without `Via` would look like a ban by the proxy in front of Discord."""
        if self.status != 429:
            return {}
        scope = "global" if self.is_global else "user"
        return {
            "Via": "1.1 google",
            "Retry-After": str(self.retry_after_s),
            "X-RateLimit-Scope": scope,
        }


class Failures:
    """The failures waiting for a request."""

    def __init__(self) -> None:
        self._waiting: list[Failure] = []

    def add(self, failure: Failure) -> Failure:
        """Let it happen to the next requests that match."""
        self._waiting.append(failure)
        return failure

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._waiting.clear()

    async def strike(self, method: str, route: str) -> Failure | None:
        """Delay a request if it is to be delayed; give the failure to answer with, if any."""
        failure = next((one for one in self._waiting if one.matches(method, route)), None)
        if failure is None:
            return None
        failure.times -= 1
        await asyncio.sleep(failure.latency_s)
        return failure if failure.status is not None else None


class Traffic:
    """The record of REST requests, the newest last."""

    def __init__(self) -> None:
        self.requests: deque[RecordedRequest] = deque(maxlen=_KEPT_REQUESTS)
        self.failures = Failures()

    @property
    def unknown_routes(self) -> list[str]:
        """Requests to routes that the stand-in does not speak, as `METHOD path`."""
        return [f"{one.method} {one.path}" for one in self.requests if not one.route]
