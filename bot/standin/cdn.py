"""Serving files like Discord's content delivery network.

https://discord.com/developers/docs/reference#signed-attachment-cdn-urls
"""

from __future__ import annotations

import struct
import zlib

from aiohttp import web

from bot.standin.files import FileStore, Upload, UrlSigner

GONE = "This content is no longer available."
_DEFAULT_AVATARS = ((88, 101, 242), (116, 127, 141), (59, 165, 93), (250, 166, 26), (237, 66, 69))


def cdn_routes(files: FileStore, signer: UrlSigner) -> list[web.RouteDef]:
    """The addresses of attachments and of the default avatars."""

    async def attachment(request: web.Request) -> web.Response:
        """A stored file, if its address is good; every size and format is the original."""
        if not signer.is_valid(request.path, request.query):
            return web.Response(status=404, text=GONE)
        data = await files.get(request.path)
        if data is None:
            return web.Response(status=404, text=GONE)
        kind = Upload(request.match_info["filename"], data).content_type
        shown = (kind or "").startswith(("image/", "video/", "audio/")) and kind != "image/svg+xml"
        return web.Response(
            body=data,
            content_type=kind or "application/octet-stream",
            headers={
                "Content-Disposition": "inline" if shown else "attachment",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, max-age=86400",
            },
        )

    async def default_avatar(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        color = _DEFAULT_AVATARS[number % len(_DEFAULT_AVATARS)]
        return web.Response(body=_plain_png(color), content_type="image/png")

    file = "{folder_id}/{attachment_id}/{filename}"
    return [
        web.get(f"/attachments/{file}", attachment),
        web.get(f"/ephemeral-attachments/{file}", attachment),
        web.get(r"/embed/avatars/{number:\d}.png", default_avatar),
    ]


def _plain_png(color: tuple[int, int, int], side_px: int = 64) -> bytes:
    """A square of one colour: https://www.w3.org/TR/png-3/#11Chunks."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(color) * side_px) * side_px
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
