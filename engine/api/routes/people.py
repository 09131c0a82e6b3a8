"""People and what they want, how long libraries keep their posts, and who did what about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from engine.api.idempotency import IdempotentRoute
from engine.api.state import CurrentEngine
from engine.schemas import AuditPage, Person, PersonUpdate, Retention, RetentionUpdate

router = APIRouter(prefix="/libraries/{library_id}", tags=["people"], route_class=IdempotentRoute)


@router.get("/people/{person_id}")
async def get_person(engine: CurrentEngine, library_id: str, person_id: str) -> Person:
    """What is stored about a person, and what they want; a stranger has nothing."""
    return await engine.catalogue.people.get(library_id, person_id)


@router.patch("/people/{person_id}")
async def update_person(
    engine: CurrentEngine, library_id: str, person_id: str, update: PersonUpdate
) -> Person:
    """Sets consent to training and opt-out; what the person posts is refused from then on."""
    return await engine.catalogue.people.update(library_id, person_id, update)


@router.get("/retention")
async def get_retention(engine: CurrentEngine, library_id: str) -> Retention:
    """How long a library keeps what is posted."""
    return await engine.catalogue.retention.get(library_id)


@router.put("/retention")
async def set_retention(
    engine: CurrentEngine, library_id: str, update: RetentionUpdate
) -> Retention:
    """Sets how long a library keeps what is posted; what is older goes in the background."""
    return await engine.catalogue.retention.put(
        library_id, Retention(days=update.days), asked_by=update.asked_by
    )


@router.get("/audit")
async def list_audit(
    engine: CurrentEngine,
    library_id: str,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Who deleted, opted out or changed what, newest first; never what it said."""
    return await engine.catalogue.audit.page(library_id, cursor=cursor, limit=limit)
