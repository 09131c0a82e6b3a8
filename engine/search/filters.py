"""The conditions of a search as a Qdrant filter; the library is added by the index itself."""

from __future__ import annotations

from collections.abc import Collection

from qdrant_client import models

from engine.schemas import ItemKind, SearchRequest


def build_filter(
    request: SearchRequest, kinds: Collection[ItemKind] = tuple(ItemKind)
) -> models.Filter:
    """The filter of a request, over the payload keys of `engine.vectors.port`."""
    must: list[models.Condition] = []
    if set(kinds) != set(ItemKind):
        must.append(_any_of("kind", [kind.value for kind in kinds]))
    if request.channel_ids is not None:
        must.append(_any_of("channel_id", request.channel_ids))
    if request.author_ids is not None:
        must.append(_any_of("author_id", request.author_ids))
    if request.after is not None or request.before is not None:
        must.append(
            models.FieldCondition(
                key="posted_at_s",
                range=models.Range(
                    gte=request.after.timestamp() if request.after else None,
                    lt=request.before.timestamp() if request.before else None,
                ),
            )
        )
    excluded: list[models.Condition] = []
    if request.exclude_item_ids:
        excluded.append(_any_of("item_id", request.exclude_item_ids))
    return models.Filter(must=must or None, must_not=excluded or None)


def _any_of(key: str, values: list[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=values))
