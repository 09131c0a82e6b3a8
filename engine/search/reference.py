"""General content every search is measured against, so that small libraries have a background."""

from __future__ import annotations

import asyncio
from importlib import resources

from engine.encoders.ports import Features, ImageTextEncoder, TextEncoder
from engine.ingest.ports import PictureReader

_FOLDER = resources.files("engine.search") / "reference"


async def reference_pictures(clip: ImageTextEncoder, pictures: PictureReader) -> Features:
    """Features of the shipped reference pictures: float32 (M, D), L2-normalised."""
    files = reference_files().values()
    decoded = await asyncio.gather(*(pictures.decode(file) for file in files))
    return await clip.encode_images([picture.rgb for picture in decoded])


def reference_files() -> dict[str, bytes]:
    """The shipped reference pictures by what they show, in order of name."""
    names = sorted(file.name for file in (_FOLDER / "pictures").iterdir())
    return {
        name.removesuffix(".webp").replace("-", " "): (_FOLDER / "pictures" / name).read_bytes()
        for name in names
        if name.endswith(".webp")
    }


async def reference_sentences(sentence: TextEncoder) -> Features:
    """Features of the shipped reference sentences: float32 (M, D), L2-normalised."""
    return await sentence.encode_texts(reference_texts())


def reference_texts() -> list[str]:
    """The shipped reference sentences."""
    return (_FOLDER / "sentences.txt").read_text(encoding="utf-8").splitlines()
