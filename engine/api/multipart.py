"""Bodies that are JSON, or multipart with one JSON field beside files."""

from __future__ import annotations

from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from engine.errors import BadRequest

Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: Request, schema: type[Body], field: str) -> tuple[Body, list[bytes]]:
    """Reads `schema` and the files that came with it, in order.

    Args:
        request: its content type is application/json or multipart/form-data.
        schema: what the JSON must be.
        field: name of the form field that holds the JSON.

    Raises:
        BadRequest: another content type, or the field is missing.
        RequestValidationError: the JSON does not fit the schema.
    """
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        return _validated(schema, await request.body()), []
    if not content_type.startswith("multipart/form-data"):
        raise BadRequest("Send application/json, or multipart/form-data with files.")
    async with request.form() as form:
        described = form.get(field)
        if not isinstance(described, str):
            raise BadRequest(f"The form needs a text field '{field}' with JSON.")
        uploads = form.getlist("file") + form.getlist("files")
        files = [await part.read() for part in uploads if isinstance(part, UploadFile)]
    return _validated(schema, described), files


def documented(schema: type[BaseModel], field: str) -> dict[str, object]:
    """OpenAPI description of a body that `read_body` reads."""
    reference = {"$ref": f"#/components/schemas/{schema.__name__}"}
    form = {
        "type": "object",
        "required": [field],
        "properties": {
            field: {"type": "string", "contentMediaType": "application/json"},
            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        },
    }
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": reference},
                "multipart/form-data": {"schema": form},
            },
        }
    }


def _validated(schema: type[Body], text: str | bytes) -> Body:
    try:
        return schema.model_validate_json(text)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
