"""What may be kept: decided by the author's wishes and the library's retention.

The question is asked inside the transaction that stores, so no upload can slip in beside somebody
who opts out at that moment.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.models import PersonRow, RetentionRow
from engine.schemas import NewItem


async def may_keep(session: AsyncSession, described: NewItem) -> bool:
    """Whether what is described may be stored now."""
    library_id = described.place.library_id
    author = await session.get(PersonRow, (library_id, described.author_id))
    if author is not None and not _wanted(author, described.posted_at):
        return False
    retention = await session.get(RetentionRow, library_id)
    return retention is None or described.posted_at >= cutoff(retention.days, datetime.now(UTC))


def cutoff(days: int, now: datetime) -> datetime:
    """What was posted before this is older than `days`."""
    return now - timedelta(days=days)


def _wanted(author: PersonRow, posted_at: datetime) -> bool:
    if author.opted_out_at is not None:
        return False
    return author.kept_from is None or posted_at >= author.kept_from
