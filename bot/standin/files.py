"""The files of the content delivery network: stored, signed, served.

An address carries when it ends (`ex`), when it was made (`is`) and a signature (`hm`):
https://discord.com/developers/docs/reference#signed-attachment-cdn-urls
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import imagesize  # type: ignore[import-untyped]  # annotated, but without py.typed

CDN_BASE = "https://cdn.discordapp.com"
CDN_HOSTS = ("cdn.discordapp.com", "media.discordapp.net")
URL_LIFETIME_S = 24 * 3600

_TYPES_PYTHON_LACKS = {
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".webp": "image/webp",
    ".md": "text/markdown",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way into a message."""

    filename: str
    data: bytes
    description: str | None = None

    @property
    def content_type(self) -> str | None:
        """The media type by the file's name, as Discord decides it."""
        suffix = Path(self.filename).suffix.lower()
        return _TYPES_PYTHON_LACKS.get(suffix) or mimetypes.guess_type(self.filename)[0]

    def picture_size(self) -> tuple[int, int] | None:
        """Width and height in pixels, or None for what is no picture Discord can measure."""
        if not (self.content_type or "").startswith("image/"):
            return None
        try:
            width, height = imagesize.get(io.BytesIO(self.data))
        except (ValueError, OSError, LookupError):
            return None
        return (width, height) if width > 0 and height > 0 else None


def safe_filename(name: str) -> str:
    """The name under which Discord stores a file: no spaces, no path, nothing exotic."""
    kept = re.sub(r"[^\w.\-]", "_", Path(name.replace("\\", "/")).name).lstrip(".")
    return kept or "unknown"


class FileStore:
    """Bytes by CDN path, in memory or under a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}

    async def put(self, path: str, data: bytes) -> None:
        """Keep a file; with a folder it is on disk when this returns."""
        if self._folder is None:
            self._memory[path] = data
        else:
            await asyncio.to_thread(self._write, self._file(path), data)

    async def get(self, path: str) -> bytes | None:
        """A file's bytes, or None."""
        if self._folder is None:
            return self._memory.get(path)
        return await asyncio.to_thread(self._read, self._file(path))

    async def drop(self, path: str) -> None:
        """Forget a file; forgetting twice is fine."""
        if self._folder is None:
            self._memory.pop(path, None)
        else:
            await asyncio.to_thread(self._file(path).unlink, True)

    def _file(self, path: str) -> Path:
        if self._folder is None:
            raise ValueError("this store keeps its files in memory")
        return self._folder / hashlib.sha256(path.encode()).hexdigest()

    @staticmethod
    def _write(file: Path, data: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    @staticmethod
    def _read(file: Path) -> bytes | None:
        return file.read_bytes() if file.is_file() else None


class UrlSigner:
    """Makes and checks the signed addresses of stored files."""

    def __init__(
        self, secret: str, clock: Callable[[], float], lifetime_s: float = URL_LIFETIME_S
    ) -> None:
        self._secret = secret.encode()
        self._clock = clock
        self._lifetime_s = lifetime_s

    def sign(self, path: str, base: str = CDN_BASE) -> str:
        """A fresh address for a path such as `/attachments/1/2/cat.png`."""
        issued = int(self._clock())
        expires = int(issued + self._lifetime_s)
        signature = self._signature(path, f"{expires:x}", f"{issued:x}")
        return f"{base}{path}?ex={expires:x}&is={issued:x}&hm={signature}&"

    def is_valid(self, path: str, query: Mapping[str, str]) -> bool:
        """Whether an address was made here and is not over yet."""
        expires, issued = query.get("ex", ""), query.get("is", "")
        if not hmac.compare_digest(self._signature(path, expires, issued), query.get("hm", "")):
            return False
        return self._clock() < int(expires, 16)

    def _signature(self, path: str, expires: str, issued: str) -> str:
        text = f"{path}\n{expires}\n{issued}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()
