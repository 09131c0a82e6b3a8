"""How to weigh the parts of a composed query: ``python -m benchmarks.quality.composition``.

On the shipped sample pictures: a piece of a picture with its caption, and a caption without what
the best wrong hit shows.
"""

from __future__ import annotations

import argparse
import asyncio

import numpy as np

from benchmarks.quality.damage import crop
from benchmarks.quality.measures import Interval, mean_of
from benchmarks.quality.reverse_search import damaged
from benchmarks.quality.rig import clip_encoder, sample_pictures
from benchmarks.report import write_section
from bot.features.search._question import NOT_WEIGHT
from engine.encoders.ports import Features
from engine.search.query import compose

TEXT_WEIGHTS = (0.0, 0.25, 0.5, 1.0, 2.0)
NOT_WEIGHTS = (0.0, -0.25, -0.5, -0.75, -1.0)
PIECE = 0.15
TOP = 5


def rank_of(query: Features, pictures: Features, wanted: int) -> int:
    """Where a picture stands among all, from 0."""
    scores = pictures @ query
    return int((scores > scores[wanted]).sum())


def with_words(pieces: Features, captions: Features, pictures: Features, weight: float) -> Interval:
    """How often a piece and a caption find the picture they are of at once."""
    found = []
    for number, parts in enumerate(zip(pieces, captions, strict=True)):
        query = compose(np.stack(parts), [1.0, weight])
        found.append(rank_of(query, pictures, number) == 0)
    return mean_of(found)


def without(captions: Features, pictures: Features, weight: float) -> tuple[Interval, Interval]:
    """With the best wrong hit's caption unwanted: its share, and the right one's, of the first."""
    kept, stayed = [], []
    for number, caption in enumerate(captions):
        scores = pictures @ caption
        scores[number] = -1
        wrong = int(scores.argmax())
        query = compose(np.stack([caption, captions[wrong]]), [1.0, weight])
        kept.append(rank_of(query, pictures, number) < TOP)
        stayed.append(rank_of(query, pictures, wrong) < TOP)
    return mean_of(stayed), mean_of(kept)


async def measure(model: str | None) -> str:
    """The section as markdown."""
    samples = sample_pictures()
    async with clip_encoder(model) as encoder:
        pictures = await encoder.encode_images(list(samples.values()))
        pieces = await encoder.encode_images(damaged(list(samples.values()), crop(PIECE)))
        captions = await encoder.encode_texts(list(samples))
        title = f"{encoder.card.model} {encoder.card.fingerprint[:8]}"
    words = [f"| {w} | {with_words(pieces, captions, pictures, w)} |" for w in TEXT_WEIGHTS]
    unwanted = ["| {} | {} | {} |".format(w, *without(captions, pictures, w)) for w in NOT_WEIGHTS]
    return f"""## Weights of composed queries

Picture model `{title}`, {len(samples)} sample pictures. A picture's piece of
{PIECE:.0%} of its area, weight 1, with its caption; the engine's default for words is 1.

| weight of the words | R@1 |
|---|---|
{chr(10).join(words)}

A caption with the caption of its best wrong hit as `not:`; the bot's weight is {NOT_WEIGHT}.

| weight of `not:` | unwanted still among the first {TOP} | wanted among the first {TOP} |
|---|---|---|
{chr(10).join(unwanted)}

Repeat: `uv run --group dev python -m benchmarks.quality.composition [--model NAME]`
"""


async def main() -> None:
    """Measures, prints and stores the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="another CLIP model, as ENGINE_CLIP_MODEL names it")
    markdown = await measure(parser.parse_args().model)
    write_section("composition", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
