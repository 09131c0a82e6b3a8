"""Label sets and their classes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from engine.api.idempotency import IdempotentRoute
from engine.api.state import CurrentEngine
from engine.schemas import (
    LabelClassUpdate,
    LabelSet,
    LabelSetHistory,
    LabelSetPage,
    LabelSetUpdate,
    MergeRequest,
    NewLabelClass,
    NewLabelSet,
)

router = APIRouter(prefix="/labelsets", tags=["labelling"], route_class=IdempotentRoute)


@router.get("")
async def list_labelsets(
    engine: CurrentEngine,
    library_id: str,
    include_archived: bool = False,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LabelSetPage:
    """A library's label sets, by name."""
    return await engine.catalogue.labelsets.page(
        library_id, include_archived=include_archived, cursor=cursor, limit=limit
    )


@router.post("", status_code=201)
async def create_labelset(engine: CurrentEngine, new: NewLabelSet) -> LabelSet:
    """Creates a label set with its classes."""
    return await engine.catalogue.labelsets.create(new)


@router.get("/{labelset_id}")
async def get_labelset(engine: CurrentEngine, labelset_id: str) -> LabelSet:
    """One label set."""
    return await engine.catalogue.labelsets.get(labelset_id)


@router.patch("/{labelset_id}")
async def update_labelset(
    engine: CurrentEngine, labelset_id: str, update: LabelSetUpdate
) -> LabelSet:
    """Renames, describes, archives or restores a label set."""
    return await engine.catalogue.labelsets.update(labelset_id, update)


@router.post("/{labelset_id}/classes", status_code=201)
async def add_class(
    engine: CurrentEngine, labelset_id: str, new: NewLabelClass, asked_by: str = ""
) -> LabelSet:
    """Adds a class."""
    return await engine.catalogue.labelsets.add_class(labelset_id, new, asked_by=asked_by)


@router.patch("/{labelset_id}/classes/{class_id}")
async def update_class(
    engine: CurrentEngine, labelset_id: str, class_id: str, update: LabelClassUpdate
) -> LabelSet:
    """Renames, describes, archives or restores a class; its labels stay with it."""
    return await engine.catalogue.labelsets.update_class(labelset_id, class_id, update)


@router.post("/{labelset_id}/classes/{class_id}:merge")
async def merge_class(
    engine: CurrentEngine, labelset_id: str, class_id: str, merge: MergeRequest
) -> LabelSet:
    """Makes the labels of a class count as another's."""
    return await engine.catalogue.labelsets.merge_class(labelset_id, class_id, merge)


@router.get("/{labelset_id}/history")
async def history(
    engine: CurrentEngine,
    labelset_id: str,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LabelSetHistory:
    """Who changed a label set, how and when, newest first."""
    return await engine.catalogue.labelsets.history(labelset_id, cursor=cursor, limit=limit)
