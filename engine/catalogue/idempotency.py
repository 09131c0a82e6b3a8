"""Answers to requests that may be sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from engine.catalogue.database import Database
from engine.catalogue.models import IdempotencyRow
from engine.errors import Conflict

KEPT_FOR = timedelta(hours=24)
"""How long a repeated request gets its first answer."""


@dataclass(frozen=True)
class Answer:
    """An HTTP status and the body sent with it."""

    status: int
    body: str


class IdempotencyRepository:
    """Remembers the first answer to each idempotency key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str, request_digest: str) -> Answer | None:
        """The answer already given under this key, or None.

        Raises:
            Conflict: the key was used for another request.
        """
        async with self._database.reading() as session:
            row = await session.get(IdempotencyRow, key)
        return None if row is None else _answer_of(row, request_digest)

    async def put(self, key: str, request_digest: str, answer: Answer) -> Answer:
        """Remembers an answer; returns the one that was first.

        Raises:
            Conflict: the key was used for another request.
        """
        async with self._database.writing() as session:
            row = await session.get(IdempotencyRow, key, with_for_update=True)
            if row is not None:
                return _answer_of(row, request_digest)
            session.add(
                IdempotencyRow(
                    key=key,
                    request_digest=request_digest,
                    status=answer.status,
                    body=answer.body,
                    created_at=datetime.now(UTC),
                )
            )
            return answer

    async def purge(self, *, now: datetime) -> None:
        """Deletes the answers that are older than `KEPT_FOR`."""
        expired = IdempotencyRow.created_at < now - KEPT_FOR
        async with self._database.writing() as session:
            await session.execute(delete(IdempotencyRow).where(expired))


def _answer_of(row: IdempotencyRow, request_digest: str) -> Answer:
    if row.request_digest != request_digest:
        raise Conflict(
            "This Idempotency-Key was used for a different request. "
            "Nothing was changed; send the new request with a new key."
        )
    return Answer(row.status, row.body)
