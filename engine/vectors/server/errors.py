"""What goes wrong at a Qdrant server, as errors of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError

import grpc  # type: ignore[import-untyped]
import httpx
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from engine.errors import BadRequest, Busy, Conflict, EngineError, NotReady, StorageFailed

RETRY_AFTER_S = 2.0
"""When to come back to a server that is away or slow."""

FULL_DISK = "no space left"
"""What Qdrant says, among more, when it cannot write for want of disk."""

MAX_SAID_CHARS = 300
"""How much of what Qdrant says is passed on."""

_STATUS_OF = {
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.INVALID_ARGUMENT: 400,
}
"""HTTP statuses of what gRPC says; all else is 500."""


@contextmanager
def translated(deadline_s: float) -> Iterator[None]:
    """Turns what a client raises within into an error of the engine.

    Args:
        deadline_s: that the call has, for the sentence when it is over.

    Raises:
        BadRequest: the server cannot use what it was sent, however often.
        Busy: the server is slow, or wants fewer calls.
        Conflict: what is to be created exists.
        NotReady: the server is away, or refuses the key; with `retry_after_s` where waiting helps.
        StorageFailed: its disk is full, a collection is gone, or something in it broke.
    """
    try:
        yield
    except TimeoutError as error:
        raise _slow(deadline_s) from error
    except ResourceExhaustedResponse as error:
        raise _too_many(error.message, error.retry_after_s) from error
    except ResponseHandlingException as error:
        raise _transport_failed(error.source, deadline_s) from error
    except JSONDecodeError as error:
        raise _transport_failed(error, deadline_s) from error
    except UnexpectedResponse as error:
        raise _refused(error.status_code or 500, _said(error)) from error
    except grpc.aio.AioRpcError as error:
        raise _refused(_STATUS_OF.get(error.code(), 500), error.details() or "") from error


def too_old(version: str, needed: tuple[int, int]) -> NotReady:
    """The refusal to work with a server that lacks what is needed."""
    return NotReady(
        f"Qdrant is version {version}, and the engine needs {needed[0]}.{needed[1]} or later. "
        "Nothing was changed: upgrade Qdrant, then start the engine again."
    )


def _transport_failed(source: Exception, deadline_s: float) -> EngineError:
    if isinstance(source, httpx.TimeoutException):
        return _slow(deadline_s)
    if isinstance(source, httpx.TransportError):
        return _unreachable(str(source) or type(source).__name__)
    return _broken(f"its answer makes no sense ({type(source).__name__}).")


def _refused(status: int, said: str) -> EngineError:
    if FULL_DISK in said.lower():
        return _full(said)
    return _REFUSALS.get(status, _broken)(said[:MAX_SAID_CHARS])


def _said(error: UnexpectedResponse) -> str:
    try:
        return str(error.structured()["status"]["error"])
    except (ValueError, KeyError, TypeError):
        return error.content.decode("utf-8", "replace")


def _wrong_key(said: str) -> NotReady:
    return NotReady(
        "Qdrant refuses what the engine asks for: the key in ENGINE_QDRANT_API_KEY is missing, "
        f"wrong, or only for reading. It said: {said}"
    )


def _unreachable(said: str) -> NotReady:
    return NotReady(
        f"Qdrant cannot be reached ({said}). Nothing is lost: what was sent is searchable once it "
        "is back.",
        retry_after_s=RETRY_AFTER_S,
    )


def _slow(deadline_s: float) -> Busy:
    return Busy(
        f"Qdrant did not answer within {deadline_s:g} s; try again in a moment.",
        retry_after_s=RETRY_AFTER_S,
    )


def _too_many(_said: str, retry_after_s: float = RETRY_AFTER_S) -> Busy:
    return Busy("Qdrant is asked for more than it can do.", retry_after_s=retry_after_s)


def _full(_said: str) -> StorageFailed:
    return StorageFailed(
        "Qdrant's disk is full, so no vectors were written; free some space there, and they are "
        "made later."
    )


def _gone(said: str) -> StorageFailed:
    return StorageFailed(
        f"A collection is gone from Qdrant: {said} Start the engine again, and its vectors are "
        "made anew from the catalogue."
    )


def _exists(said: str) -> Conflict:
    return Conflict(f"Qdrant has that already: {said}")


def _unusable(said: str) -> BadRequest:
    return BadRequest(f"Qdrant cannot use what it was sent: {said}")


def _broken(said: str) -> StorageFailed:
    return StorageFailed(
        f"Qdrant could not do what it was asked: {said} Its own log may say more; is it of a "
        "version that the engine was made for?"
    )


_REFUSALS: dict[int, Callable[[str], EngineError]] = {
    400: _unusable,
    401: _wrong_key,
    403: _wrong_key,
    404: _gone,
    409: _exists,
    413: _unusable,
    422: _unusable,
    429: _too_many,
    502: _unreachable,
    503: _unreachable,
    504: _unreachable,
    507: _full,
}
