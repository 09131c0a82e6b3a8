"""Qdrant's REST API over qdrant-client's local mode, strict about what it is sent.

Every request is checked against Qdrant's OpenAPI (`qdrant_openapi.json`) before it is answered, so
that whatever passes here has also shown that its requests are ones that a server takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import httpx
from jsonschema import Draft4Validator
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from qdrant_client import AsyncQdrantClient, models

OPENAPI: dict[str, Any] = json.loads(
    Path(__file__).with_name("qdrant_openapi.json").read_text(encoding="utf-8")
)

Body = Any
"""A request's body as JSON; None where it has none."""


class QdrantOverHttp:
    """A server whose collections are those of a local-mode client.

    Attributes:
        sent: the operation and body of every request so far, such as ``PUT
            /collections/{collection_name}``.
        version: what it says it is.
    """

    def __init__(self, version: str = "1.20.0") -> None:
        self.sent: list[tuple[str, Body]] = []
        self.version = version
        self._local = AsyncQdrantClient(":memory:")

    def client(self) -> AsyncQdrantClient:
        """A client of this server, like one of a real server but for its transport."""
        return AsyncQdrantClient(
            url="http://qdrant.test",
            check_compatibility=False,
            transport=httpx.MockTransport(self._respond),
        )

    def bodies(self, operation: str) -> list[Body]:
        """What an operation was sent with, each time."""
        return [body for sent, body in self.sent if sent == operation]

    async def _respond(self, request: httpx.Request) -> httpx.Response:
        operation = _operation(request.method, request.url.path)
        _check(operation, request)
        body = json.loads(request.content) if request.content else None
        self.sent.append((operation, body))
        if operation == "GET /":
            return httpx.Response(200, json={"title": "qdrant", "version": self.version})
        name = request.url.path.split("/")[2] if operation.count("/") > 1 else ""
        if operation == "PUT /collections/{collection_name}" and (
            await self._local.collection_exists(name)
        ):
            return httpx.Response(409, json={"status": {"error": f"`{name}` already exists!"}})
        result = await self._answers[operation](self, name, body)
        return httpx.Response(
            200, json={"time": 0.0, "status": "ok", "result": to_jsonable_python(result)}
        )

    async def _collections(self, _name: str, _body: Body) -> object:
        return await self._local.get_collections()

    async def _aliases(self, _name: str, _body: Body) -> object:
        return await self._local.get_aliases()

    async def _switch_aliases(self, _name: str, body: Body) -> object:
        operations = TypeAdapter(list[models.AliasOperations]).validate_python(body["actions"])
        return await self._local.update_collection_aliases(operations)

    async def _collection(self, name: str, _body: Body) -> object:
        return await self._local.get_collection(name)

    async def _exists(self, name: str, _body: Body) -> object:
        return {"exists": await self._local.collection_exists(name)}

    async def _create(self, name: str, body: Body) -> object:
        birth = models.CreateCollection(**body)
        return await self._local.create_collection(
            name, birth.vectors, birth.sparse_vectors, metadata=birth.metadata
        )

    async def _drop(self, name: str, _body: Body) -> object:
        return await self._local.delete_collection(name)

    async def _create_index(self, _name: str, _body: Body) -> object:
        return _DONE  # the local mode has none

    async def _upsert(self, name: str, body: Body) -> object:
        return await self._local.upsert(name, models.PointsList(**body).points)

    async def _retrieve(self, name: str, body: Body) -> object:
        return await self._local.retrieve(
            name,
            body["ids"],
            with_payload=body["with_payload"],
            with_vectors=body["with_vector"],
        )

    async def _set_payload(self, name: str, body: Body) -> object:
        return await self._local.set_payload(name, body["payload"], _selector(body))

    async def _delete(self, name: str, body: Body) -> object:
        return await self._local.delete(name, _selector(body))

    async def _scroll(self, name: str, body: Body) -> object:
        asked = models.ScrollRequest(**body)
        points, following = await self._local.scroll(
            name, scroll_filter=asked.filter, limit=body["limit"], offset=asked.offset
        )
        return {"points": points, "next_page_offset": following}

    async def _count(self, name: str, body: Body) -> object:
        asked = models.CountRequest(**body)
        return await self._local.count(name, count_filter=asked.filter)

    async def _query(self, name: str, body: Body) -> object:
        asked = models.QueryRequestBatch(searches=[_exact(each) for each in body["searches"]])
        return await self._local.query_batch_points(name, asked.searches)

    _answers: ClassVar[dict[str, Callable[[QdrantOverHttp, str, Body], Awaitable[object]]]] = {
        "GET /collections": _collections,
        "GET /aliases": _aliases,
        "POST /collections/aliases": _switch_aliases,
        "GET /collections/{collection_name}": _collection,
        "PUT /collections/{collection_name}": _create,
        "DELETE /collections/{collection_name}": _drop,
        "GET /collections/{collection_name}/exists": _exists,
        "PUT /collections/{collection_name}/index": _create_index,
        "PUT /collections/{collection_name}/points": _upsert,
        "POST /collections/{collection_name}/points": _retrieve,
        "POST /collections/{collection_name}/points/payload": _set_payload,
        "POST /collections/{collection_name}/points/delete": _delete,
        "POST /collections/{collection_name}/points/scroll": _scroll,
        "POST /collections/{collection_name}/points/count": _count,
        "POST /collections/{collection_name}/points/query/batch": _query,
    }


_DONE = models.UpdateResult(operation_id=0, status=models.UpdateStatus.COMPLETED)


def _selector(body: Body) -> models.PointsSelector:
    if "points" in body:
        return models.PointIdsList(points=body["points"])
    return models.FilterSelector(filter=models.Filter(**body["filter"]))


def _exact(stage: Body) -> Body:
    """A query without its search parameters, of which the local mode has none and warns."""
    plain = {key: value for key, value in stage.items() if key not in {"params", "prefetch"}}
    prefetches = stage.get("prefetch", [])
    return {**plain, "prefetch": [_exact(each) for each in prefetches]}


def _operation(method: str, path: str) -> str:
    """Which of Qdrant's operations a request is; fails when it is none."""
    fitting = [
        template
        for template, operations in OPENAPI["paths"].items()
        if method.lower() in operations and re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path)
    ]
    assert fitting, f"Qdrant has no {method} {path}"
    return f"{method} {min(fitting, key=lambda template: template.count('{'))}"


def _check(operation: str, request: httpx.Request) -> None:
    """Fails unless Qdrant's OpenAPI allows the parameters and the body of a request."""
    method, template = operation.split()
    definition = OPENAPI["paths"][template][method.lower()]
    known = {each["name"] for each in definition.get("parameters", []) if each["in"] == "query"}
    unknown = request.url.params.keys() - known
    assert not unknown, f"{operation} does not take {unknown}"
    assert bool(request.content) == ("requestBody" in definition), f"{operation}: body or none"
    if request.content:
        schema = definition["requestBody"]["content"]["application/json"]["schema"]
        validator = Draft4Validator({"allOf": [schema], "components": _components()})
        validator.validate(json.loads(request.content))


@cache
def _components() -> Any:
    return _strict(OPENAPI["components"])


def _strict(schema: Any) -> Any:
    """The schema, taking nothing that it does not name, and no null.

    The client leaves nulls out, and a bare ``{"nullable": true}`` would let everything through.
    """
    if isinstance(schema, list):
        return [_strict(each) for each in schema if each != {"nullable": True}]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _strict(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        strict.setdefault("additionalProperties", False)
    return strict
