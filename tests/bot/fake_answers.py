"""How the fake engine answers: bodies as the real one sends them, and its refusals."""

from __future__ import annotations

import json

from aiohttp import web
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
