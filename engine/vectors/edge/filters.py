"""`qdrant_client` filters as blueprints of Edge filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel
from qdrant_client import models

from engine.vectors.edge.blueprint import Make


def filter_blueprint(source: models.Filter | None) -> Make | None:
    """Converts a filter.

    Raises:
        ValueError: it holds a condition that the embedded index is not taught.
    """
    if source is None:
        return None
    fields: dict[str, object] = {
        clause: [_condition(each) for each in _as_list(conditions)]
        for clause in ("must", "should", "must_not")
        if (conditions := getattr(source, clause)) is not None
    }
    if source.min_should is not None:
        fields["min_should"] = Make(
            "MinShould",
            {
                "conditions": [_condition(each) for each in source.min_should.conditions],
                "min_count": source.min_should.min_count,
            },
        )
    return Make("Filter", fields)


def refuse_other_fields(source: BaseModel, known: set[str]) -> None:
    """Raises ValueError when a field outside `known` is set, so that none is dropped silently."""
    unknown = [
        name
        for name in type(source).model_fields
        if name not in known and getattr(source, name) is not None
    ]
    if unknown:
        raise ValueError(
            f"the embedded vector index does not know {', '.join(unknown)} "
            f"of {type(source).__name__}"
        )


def _as_list(conditions: models.Condition | list[models.Condition]) -> list[models.Condition]:
    return conditions if isinstance(conditions, list) else [conditions]


def _condition(source: models.Condition) -> Make:
    match source:
        case models.Filter():
            return filter_blueprint(source) or Make("Filter")
        case models.FieldCondition():
            return _field_condition(source)
        case models.HasIdCondition():
            return Make("HasIdCondition", {"point_ids": {str(each) for each in source.has_id}})
        case models.IsEmptyCondition():
            return Make("IsEmptyCondition", {"key": source.is_empty.key})
        case models.IsNullCondition():
            return Make("IsNullCondition", {"key": source.is_null.key})
        case models.NestedCondition():
            nested = filter_blueprint(source.nested.filter)
            return Make("NestedCondition", {"key": source.nested.key, "filter": nested})
        case _:
            raise ValueError(
                f"the embedded vector index does not know the condition {type(source).__name__}"
            )


def _field_condition(source: models.FieldCondition) -> Make:
    refuse_other_fields(source, {"key", "match", "range", "is_empty", "is_null"})
    fields: dict[str, object] = {"key": source.key}
    if source.match is not None:
        fields["match"] = _match(source.match)
    if source.range is not None:
        fields["range"] = _range(source.range)
    if source.is_empty is not None:
        fields["is_empty"] = source.is_empty
    if source.is_null is not None:
        fields["is_null"] = source.is_null
    return Make("FieldCondition", fields)


def _match(source: models.Match) -> Make:
    match source:
        case models.MatchValue():
            return Make("MatchValue", {"value": source.value})
        case models.MatchAny():
            return Make("MatchAny", {"any": _values(source.any)})
        case models.MatchExcept():
            return Make("MatchExcept", {"except": _values(source.except_)})
        case _:
            raise ValueError(
                f"the embedded vector index does not know the match {type(source).__name__}"
            )


def _values(source: Sequence[str] | Sequence[int]) -> list[object]:
    return list(source)


def _range(source: models.RangeInterface) -> Make:
    bounds = {
        bound: value
        for bound in ("gt", "gte", "lt", "lte")
        if (value := getattr(source, bound)) is not None
    }
    if isinstance(source, models.DatetimeRange):
        return Make("RangeDateTime", {bound: _rfc3339(when) for bound, when in bounds.items()})
    return Make("RangeFloat", bounds)


def _rfc3339(when: datetime | str) -> str:
    return when if isinstance(when, str) else when.isoformat()
