"""Forgetting what has been kept for as long as its library wants."""

from __future__ import annotations

from datetime import datetime

from engine.catalogue import Catalogue
from engine.ingest.forget import Forgetter
from engine.schemas import ForgetRequest

PAGES_A_LIBRARY = 4
"""Pages of one library forgotten in one go; what is left is next time's."""


class Expiry:
    """Enforces the retention of every library."""

    def __init__(self, catalogue: Catalogue, forgetter: Forgetter) -> None:
        self._retention = catalogue.retention
        self._forgetter = forgetter

    async def forget_expired(self, *, now: datetime) -> int:
        """Forgets some of what is older than its library keeps anything; returns how much."""
        count = 0
        for library_id, before in (await self._retention.cutoffs(now)).items():
            request = ForgetRequest(library_id=library_id, before=before)
            answer = await self._forgetter.forget(request, most_pages=PAGES_A_LIBRARY)
            count += answer.forgotten
        return count
