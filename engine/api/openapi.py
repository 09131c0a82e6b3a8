"""The OpenAPI description, completed by bodies that FastAPI cannot see."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from engine.schemas import ClassifyRequest, EncodeRequest, NewItem, Problem, SearchRequest

READ_BY_HAND: tuple[type[BaseModel], ...] = (
    NewItem,
    SearchRequest,
    EncodeRequest,
    ClassifyRequest,
    Problem,
)
"""Schemas that routes read from JSON or multipart themselves, or answer as problem+json."""


def complete(app: FastAPI) -> None:
    """Adds the schemas of `READ_BY_HAND`, and the answer every error has."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        _, schemas = models_json_schema(
            [(schema, "validation") for schema in READ_BY_HAND],
            ref_template="#/components/schemas/{model}",
        )
        document["components"]["schemas"].update(schemas["$defs"])
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = _PROBLEM
        return document

    app.openapi = openapi  # type: ignore[method-assign]


_PROBLEM = {
    "description": "Every error is RFC 9457 problem details with `code` and `detail`.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
