"""Telling reposts from other pictures: ``python -m benchmarks.quality.near_duplicates``.

Every photograph is compared with damaged copies of itself, which should count as the same picture,
and with every other photograph, which should not: by hash, by vector, and by both as served.
Needs MAGPIE_BENCH_DATA (see `benchmarks.quality.sets`).
"""

from __future__ import annotations

import asyncio
import io
import itertools
import random

import numpy as np
from PIL import Image

from benchmarks.quality.damage import DAMAGES, re_encode
from benchmarks.quality.rig import clip_encoder
from benchmarks.quality.sets import photographs
from benchmarks.report import write_section
from engine.decoding import decode, load_codecs
from engine.encoders.clip import ClipEncoder
from engine.search.duplicates import (
    MAX_DISTANCE_BITS,
    MIN_COSINE,
    Look,
    are_near_duplicates,
    distance_bits,
)

SEED = 17
MAX_PIXELS = 50_000_000
COPIES = {"half the size": re_encode(80, shrink=2), **DAMAGES}


async def looks(encoder: ClipEncoder, pictures: list[Image.Image]) -> list[Look]:
    """What the engine keeps of pictures."""
    pixels, hashes = [], []
    for picture in pictures:
        file = io.BytesIO()
        picture.save(file, "PNG")
        rgb, facts = decode(file.getvalue(), MAX_PIXELS)
        pixels.append(np.asarray(rgb))
        hashes.append(facts.perceptual_hash)
    features = await encoder.encode_images(pixels)
    return [Look(*look) for look in zip(hashes, features, strict=True)]


def judged(pairs: list[tuple[Look, Look]]) -> str:
    """The share of pairs taken for one picture: by hash, by vector, by both."""
    by_hash = [
        bool(one.perceptual_hash and other.perceptual_hash)
        and distance_bits(one.perceptual_hash, other.perceptual_hash) <= MAX_DISTANCE_BITS
        for one, other in pairs
    ]
    by_vector = [float(one.features @ other.features) >= MIN_COSINE for one, other in pairs]  # type: ignore[operator]
    by_both = [are_near_duplicates(one, other) for one, other in pairs]
    return " | ".join(f"{100 * np.mean(each):.2f}" for each in (by_hash, by_vector, by_both))


async def main() -> None:
    """Measures and writes the section."""
    load_codecs()
    files = photographs()
    pictures = [Image.open(file).convert("RGB") for file in files]
    async with clip_encoder() as encoder:
        originals = await looks(encoder, pictures)
        rows = []
        for name, damage in COPIES.items():
            state = random.Random(SEED)
            copies = await looks(encoder, [damage(picture, state) for picture in pictures])
            pairs = list(zip(originals, copies, strict=True))
            rows.append(f"| the same: {name} | {len(pairs)} | {judged(pairs)} |")
        others = list(itertools.combinations(originals, 2))
        rows.append(f"| other photographs | {len(others)} | {judged(others)} |")
        model = encoder.card.model
    write_section(
        "near_duplicates",
        f"""## Near-duplicates

{len(files)} photographs against copies of themselves and against each other, encoder {model}: the
share of pairs, in per cent, taken for one picture by the perceptual hash (at most
{MAX_DISTANCE_BITS} of 256 bits differ), by the vector (cosine of at least {MIN_COSINE}), and by
both, as served. Crops, mirrored pictures and screenshots are meant to be hits of their own.

| pair | pairs | hash | vector | both |
|---|---|---|---|---|
"""
        + "\n".join(rows)
        + "\n\nRepeat: `MAGPIE_BENCH_DATA=… uv run --group dev python -m "
        "benchmarks.quality.near_duplicates`\n",
    )


if __name__ == "__main__":
    asyncio.run(main())
