"""Request bodies: JSON, or multipart with `payload_json` and files.

https://discord.com/developers/docs/reference#uploading-files
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.standin.errors import ApiError, too_large
from bot.standin.files import Upload
from bot.standin.rules import MAX_REQUEST_BYTES

_FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(slots=True)
class Body:
    """A request's JSON, and its files by their number as text."""

    payload: Any = None
    uploads: dict[str, Upload] = field(default_factory=dict)


async def read_body(request: web.Request) -> Body:
    """Read a request whole.

    Raises:
        ApiError: it is not JSON (50109) or too large (40005).
    """
    if (request.content_length or 0) > MAX_REQUEST_BYTES:
        raise too_large()
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request)
    text = await request.text()
    return Body(_parse(text) if text else None)


async def _read_multipart(request: web.Request) -> Body:
    body = Body(payload={})
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read(decode=True))
        match = _FILE_FIELD.fullmatch(part.name or "")
        if match:
            body.uploads[match[1]] = Upload(part.filename or f"file{match[1]}", data)
        elif part.name == "payload_json":
            body.payload = _parse(data.decode())
    return body


def _parse(text: str) -> Any:  # noqa: ANN401  # JSON is whatever the client sent
    try:
        return json.loads(text)
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
