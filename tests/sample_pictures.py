"""The sample pictures, as they are and as somebody's phone saves them."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

FOLDER = Path("bot/demo/pictures")


def sample(slug: str) -> bytes:
    """A sample picture's file."""
    return (FOLDER / f"{slug}.webp").read_bytes()


def re_encoded(slug: str, quality: int = 70) -> bytes:
    """The same picture to the eye, in other bytes."""
    file = io.BytesIO()
    Image.open(io.BytesIO(sample(slug))).convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()
