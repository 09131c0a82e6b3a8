"""Finding a photograph by a damaged copy: ``python -m benchmarks.quality.reverse_search``.

Eighty photographs lie among the sample pictures; each is searched for with copies of itself,
through the engine's encoder and retriever. Needs MAGPIE_BENCH_DATA (see `benchmarks.quality.sets`).
"""

from __future__ import annotations

import argparse
import asyncio
import random

import numpy as np
from PIL import Image

from benchmarks.quality.damage import DAMAGES, Damage
from benchmarks.quality.measures import Interval, mean_of
from benchmarks.quality.rig import (
    clip_encoder,
    filled_index,
    number_of,
    picture_points,
    read_picture,
    request_for,
    sample_pictures,
)
from benchmarks.quality.sets import photographs
from benchmarks.report import write_section
from engine.encoders.clip import ClipEncoder
from engine.encoders.ports import Pixels
from engine.ingest.collections import CLIP
from engine.search.background import Background
from engine.search.calibration import Pair
from engine.search.retrieval import ImageRetriever

SEED = 11
TOP = 10


async def found(encoder: ClipEncoder, retriever: ImageRetriever, copies: list[Pixels]) -> list[int]:
    """The rank of each copy's original, from 0; `TOP` when it is not among the first."""
    ranks = []
    for number, query in enumerate(await encoder.encode_images(copies)):
        matches = await retriever.find(request_for(TOP), query, Pair.IMAGE_TO_IMAGE, TOP)
        order = [number_of(match.item_id) for match in matches]
        ranks.append(order.index(number) if number in order else TOP)
    return ranks


def damaged(pictures: list[Pixels], damage: Damage) -> list[Pixels]:
    """A copy of each picture, the same on every run."""
    state = random.Random(SEED)
    return [np.asarray(damage(Image.fromarray(pixels), state)) for pixels in pictures]


async def measure(model: str | None) -> tuple[str, int, dict[str, tuple[Interval, float]]]:
    """The model's name, how many pictures are searched, and R@1 and R@10 of each damage."""
    photos = [read_picture(file) for file in photographs()]
    async with clip_encoder(model) as encoder:
        corpus = await encoder.encode_images([*photos, *sample_pictures().values()])
        results = {}
        async with filled_index(picture_points(corpus), dense=CLIP) as index:
            retriever = ImageRetriever(index, Background(index, CLIP, corpus))
            for name, damage in DAMAGES.items():
                ranks = np.asarray(await found(encoder, retriever, damaged(photos, damage)))
                results[name] = (mean_of(ranks == 0), float(np.mean(ranks < TOP)))
        return f"{encoder.card.model} {encoder.card.fingerprint[:8]}", len(corpus), results


def section(model: str, corpus_size: int, results: dict[str, tuple[Interval, float]]) -> str:
    """The results as markdown."""
    rows = "\n".join(
        f"| {name} | {first} | {tenth:.3f} |" for name, (first, tenth) in results.items()
    )
    return f"""## Finding a photograph by a damaged copy

Model `{model}`, through the engine's encoder and retriever; 80 photographs (ImageNet samples) and
the shipped sample pictures, {corpus_size} in all; 95 % bootstrap intervals. The near-duplicate
hashes that also find copies are not used here.

| copy | R@1 | R@10 |
|---|---|---|
{rows}

Repeat: `MAGPIE_BENCH_DATA=… python -m benchmarks.quality.reverse_search [--model NAME]`
"""


async def main() -> None:
    """Measures, prints and stores the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="another CLIP model, as ENGINE_CLIP_MODEL names it")
    markdown = section(*await measure(parser.parse_args().model))
    write_section("reverse_search", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
