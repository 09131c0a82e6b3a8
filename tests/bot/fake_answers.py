"""How the fake engine reads bodies and answers: as the real one does, refusals too."""

from __future__ import annotations

import json

from aiohttp import web
from aiohttp.multipart import BodyPartReader
from pydantic import BaseModel

from engine.schemas import Problem


def json_answer(body: BaseModel) -> web.Response:
    """A success."""
    return web.json_response(text=body.model_dump_json())


def refusal(problem: Problem) -> web.Response:
    """A refusal, as RFC 9457 has it."""
    return web.Response(
        status=problem.status,
        text=json.dumps(problem.model_dump()),
        content_type="application/problem+json",
    )


async def read_multipart(request: web.Request) -> tuple[dict[str, str], list[bytes]]:
    """The fields of a form, and its files."""
    form: dict[str, str] = {}
    files: list[bytes] = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.filename:
            files.append(bytes(await part.read()))
        else:
            form[part.name or ""] = await part.text()
    return form, files
