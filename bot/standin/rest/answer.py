"""HTTP answers as Discord sends them."""

from __future__ import annotations

import json
import zlib

from aiohttp import web

from bot.standin.errors import ApiError

RATE_LIMIT = 50


def answer(data: object = None, status: int = 200) -> web.Response:
    """A JSON answer; without data 204.

    The media type is exactly `application/json`: with a charset behind it, discord.py 2.7 hands
    its caller a string instead of the parsed JSON (`discord.http.json_or_text`).
    """
    if data is None:
        return web.Response(status=204)
    return web.Response(
        status=status,
        body=json.dumps(data).encode(),
        headers={"Content-Type": "application/json"},
    )


def error_answer(error: ApiError) -> web.Response:
    """An error answer."""
    return answer(error.body(), error.status)


def rate_limit_headers(method: str, route: str) -> dict[str, str]:
    """Head-room in every bucket; real limits are met through injected 429s.

    https://discord.com/developers/docs/topics/rate-limits#header-format
    """
    return {
        "X-RateLimit-Limit": str(RATE_LIMIT),
        "X-RateLimit-Remaining": str(RATE_LIMIT - 1),
        "X-RateLimit-Reset-After": "0.02",
        "X-RateLimit-Bucket": f"{zlib.crc32(f'{method} {route}'.encode()):08x}",
    }
