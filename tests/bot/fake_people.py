"""The fake engine's people: what they want, how long posts are kept, and who did what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from engine.schemas import (
    AuditPage,
    Feedback,
    Item,
    Person,
    PersonUpdate,
    Retention,
    RetentionUpdate,
    StoredCount,
)
from tests.bot.fake_answers import json_answer


@dataclass
class FakePeople:
    """People of a fake engine.

    Attributes:
        items: what they have posted, by item id.
        feedback: what they have judged.
        wishes: who said what they want, by person id.
        retention: how long posts are kept.
        audit: the pages of the audit, by cursor; the first under the empty one.
    """

    items: Mapping[str, Item]
    feedback: Sequence[Feedback]
    wishes: dict[str, Person] = field(default_factory=dict)
    retention: Retention = field(default_factory=lambda: Retention(days=None))
    audit: dict[str, AuditPage] = field(default_factory=lambda: {"": AuditPage(entries=[])})

    def routes(self) -> list[web.RouteDef]:
        """Its part of the API."""
        return [
            web.get("/v1/libraries/{library}/people/{person}", self._person),
            web.patch("/v1/libraries/{library}/people/{person}", self._update_person),
            web.get("/v1/libraries/{library}/retention", self._retention),
            web.put("/v1/libraries/{library}/retention", self._set_retention),
            web.get("/v1/libraries/{library}/audit", self._audit),
        ]

    def opted_out(self, person_id: str) -> bool:
        """Whether nothing of somebody may be kept."""
        return person_id in self.wishes and self.wishes[person_id].opted_out

    async def _person(self, request: web.Request) -> web.Response:
        return json_answer(self._known(request.match_info["library"], request.match_info["person"]))

    async def _update_person(self, request: web.Request) -> web.Response:
        update = PersonUpdate.model_validate(await request.json())
        person = self._known(request.match_info["library"], request.match_info["person"])
        changes = update.model_dump(exclude_unset=True)
        if update.training_consent is not None:
            changes["consent_at"] = datetime.now(UTC)
        if update.opted_out is not None:
            changes["opted_out_at"] = datetime.now(UTC) if update.opted_out else None
        self.wishes[person.person_id] = person.model_copy(update=changes)
        return json_answer(self.wishes[person.person_id])

    def _known(self, library_id: str, person_id: str) -> Person:
        """The person with the items there are now."""
        person = self.wishes.get(person_id) or Person(library_id=library_id, person_id=person_id)
        items = [item for item in self.items.values() if item.author_id == person_id]
        counts = Counter((item.place.channel_id, item.kind) for item in items)
        stored = [
            StoredCount(channel_id=channel_id, kind=kind, count=count)
            for (channel_id, kind), count in counts.items()
        ]
        times = [item.posted_at for item in items]
        span = {"oldest": min(times, default=None), "newest": max(times, default=None)}
        judged = sum(each.person_id == person_id for each in self.feedback)
        return person.model_copy(update={"stored": stored, "judgements": judged, **span})

    async def _retention(self, _request: web.Request) -> web.Response:
        return json_answer(self.retention)

    async def _set_retention(self, request: web.Request) -> web.Response:
        update = RetentionUpdate.model_validate(await request.json())
        self.retention = Retention(days=update.days)
        return json_answer(self.retention)

    async def _audit(self, request: web.Request) -> web.Response:
        return json_answer(self.audit[request.query.get("cursor", "")])
