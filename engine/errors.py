"""Everything the engine raises on purpose.

::

    EngineError
    ├── BadRequest                what was sent cannot be used; sending it again will not help
    │   ├── UnreadablePicture     not a picture, corrupt, or of an unknown format
    │   ├── UnreadableDocument    encrypted, corrupt, without text, or of an unknown format
    │   ├── LimitExceeded         larger, longer or more than a limit in the settings
    │   └── InvalidQuery          an empty or contradictory search
    ├── NotFound                  no such item, library or encoder
    ├── NotAllowed                the token is missing, wrong, or not enough for this
    │   └── Forbidden             the person it speaks for may not do this
    ├── Conflict                  one idempotency key, two bodies; or two engines on one folder
    ├── EncoderMismatch           the stored vectors belong to another encoder
    ├── Busy                      a queue is full; come back after `retry_after_s`
    ├── NotReady                  still starting, or a part has died
    ├── StorageFailed             disk, database or blob store failed; nothing was kept
    └── ModelUnavailable          weights cannot be loaded or do not match their checksum

Adapters translate third-party exceptions into these with ``raise … from``.
HTTP status codes live in `engine.api.problems` and nowhere else.
"""

from __future__ import annotations


class EngineError(Exception):
    """Root of all errors of the engine.

    Attributes:
        code: stable machine-readable name, sent as ``code`` in problem+json.
        detail: one sentence for a person: what happened, what was kept, what to do.
        retry_after_s: seconds after which trying again makes sense, where known.
    """

    code = "engine_error"

    def __init__(self, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s


class BadRequest(EngineError):
    """What was sent cannot be used; sending it again will not help."""

    code = "bad_request"


class UnreadablePicture(BadRequest):
    """The bytes are no picture of a known format, or a broken one."""

    code = "unreadable_picture"


class UnreadableDocument(BadRequest):
    """The bytes are no document of a known format, a broken or encrypted one, or hold no text."""

    code = "unreadable_document"


class LimitExceeded(BadRequest):
    """Larger, longer or more than a limit in the settings allows."""

    code = "limit_exceeded"


class InvalidQuery(BadRequest):
    """A search that cannot be answered: empty, or all parts negative."""

    code = "invalid_query"


class NotFound(EngineError):
    """The item, library or encoder named does not exist."""

    code = "not_found"


class NotAllowed(EngineError):
    """The token is missing, wrong, or not enough for this request."""

    code = "not_allowed"


class Forbidden(NotAllowed):
    """The person for whom the request is made may not do this."""

    code = "forbidden"


class Conflict(EngineError):
    """The request contradicts something that is already there."""

    code = "conflict"


class EncoderMismatch(EngineError):
    """The stored vectors belong to an encoder with another fingerprint."""

    code = "encoder_mismatch"


class Busy(EngineError):
    """A bounded queue is full."""

    code = "busy"


class NotReady(EngineError):
    """The engine is still starting, or one of its parts has died."""

    code = "not_ready"


class StorageFailed(EngineError):
    """Disk, database or blob store refused a write; nothing was kept."""

    code = "storage_failed"


class ModelUnavailable(EngineError):
    """Weights cannot be loaded, or do not match their checksum."""

    code = "model_unavailable"
