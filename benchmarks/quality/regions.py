"""Finding small things in crowded pictures: ``python -m benchmarks.quality.regions``.

Each picture shows several pictograms on a ground. One of them is searched for by its name, and by a
drawing of it on another ground, with the engine's own detector, ingest, vectors and search: once
without regions, once with. The detector was trained by `benchmarks.quality.train_detector` on other
drawing styles. Needs `resvg-py` and the npm packages of `engine.starter.sources`.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import itertools
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks.quality.composed_scenes import (
    Pictogram,
    Scene,
    grounds,
    overlap,
    pictograms,
    scenes,
)
from benchmarks.quality.measures import mean_of
from benchmarks.report import write_section
from engine.schemas import Box, Hit, NewItem, Place, QueryPart, SearchRequest, Verdict
from engine.settings import EngineSettings

if TYPE_CHECKING:
    from engine.search.service import SearchService

DETECTOR = "ssdlite320_mobilenet_v3_large"
STYLE = "fluent-emoji"
LIBRARY = "scenes"
LEAST, MOST = 5, 8
"""Things in a scene."""

TOP = 5
QUERY_PX = 128
SEED = 23
WAIT_S = 600.0


@dataclass(frozen=True)
class Query:
    """A search for one thing, and the pictures in which it is, with its box in each.

    Attributes:
        drawing: of the thing, a picture file; None to search by its name.
    """

    name: str
    where: dict[str, Box]
    drawing: bytes | None = None


@dataclass
class Tally:
    """What came of the queries of one kind."""

    first: list[bool] = field(default_factory=list)
    among_five: list[bool] = field(default_factory=list)
    overlaps: list[float] = field(default_factory=list)
    answered_absent: list[bool] = field(default_factory=list)

    def note(self, query: Query, hits: Sequence[Hit]) -> None:
        """Counts an answer."""
        right = [hit.filename in query.where for hit in hits]
        self.first.append(any(right[:1]))
        self.among_five.append(any(right[:TOP]))
        self.overlaps += [
            overlap(hit.box, query.where[hit.filename])
            for hit in hits[:TOP]
            if hit.box is not None and hit.filename in query.where
        ]


@dataclass(frozen=True)
class Material:
    """Pictures to search, what to search them for, and what is in none of them."""

    corpus: dict[str, Scene]
    queries: list[Query]
    absent: list[Query]


def material(npm_dir: Path, count: int, thing_count: int) -> Material:
    """Scenes of some of a set's pictograms, and a third as many that are in none."""
    things = pictograms(STYLE, npm_dir, thing_count * 4 // 3, SEED)
    shown, hidden = things[:thing_count], things[thing_count:]
    backs = grounds(SEED)
    endless = scenes(shown, backs, least=LEAST, most=MOST, seed=SEED)
    corpus = {f"scene-{n}.png": scene for n, scene in enumerate(itertools.islice(endless, count))}
    where: dict[str, dict[str, Box]] = {}
    for filename, scene in corpus.items():
        for thing in scene.things:
            where.setdefault(thing.name, {})[filename] = thing.box
    asked = [thing for thing in shown if thing.name in where]
    return Material(
        corpus,
        [query for thing in asked for query in _queries(thing, where[thing.name], backs)],
        [query for thing in hidden for query in _queries(thing, {}, backs)],
    )


def _queries(
    thing: Pictogram, where: dict[str, Box], backs: Sequence[Image.Image]
) -> Iterable[Query]:
    """The thing by its name, and by a picture of it on a ground."""
    yield Query(thing.name, where)
    back = random.Random(thing.name).choice(backs).resize((QUERY_PX, QUERY_PX))
    drawing = thing.drawing.copy()
    drawing.thumbnail((QUERY_PX * 3 // 4, QUERY_PX * 3 // 4))
    back.paste(
        drawing, ((QUERY_PX - drawing.width) // 2, (QUERY_PX - drawing.height) // 2), drawing
    )
    yield Query(thing.name, where, _png(back))


async def measure(made: Material, weights: Path) -> tuple[dict[str, dict[str, Tally]], float]:
    """Indexes the scenes and asks every query with and without regions.

    Returns:
        The tallies by search and kind of query, and how many boxes a scene has.
    """
    # Not above: the processes that decode pictures import this module, but need nothing of it.
    from engine.bootstrap import Engine
    from engine.tokens import load_or_create

    with tempfile.TemporaryDirectory() as folder:
        settings = EngineSettings.model_validate(
            {
                "data_dir": Path(folder),
                "ocr": False,
                "detector": DETECTOR,
                "detector_weights": str(weights),
            }
        )
        async with Engine(settings, load_or_create(settings)) as engine:
            for filename, scene in made.corpus.items():
                await engine.uploads.accept(_item(filename), _png(scene.picture))
            await engine.embedder.wait_until_embedded(LIBRARY, WAIT_S)
            assert engine.detection is not None
            await engine.detection.wait_until_seen(WAIT_S)
            await engine.embedder.wait_until_embedded(LIBRARY, WAIT_S)
            with_regions = engine.services.search
            tallies = {
                "whole pictures": await _ask(made, replace(with_regions, region_retriever=None)),
                "with regions": await _ask(made, with_regions),
            }
            stored = await engine.catalogue.items.scan(after=None, limit=len(made.corpus))
            return tallies, float(np.mean([each.region_count for each in stored]))


async def _ask(made: Material, search: SearchService) -> dict[str, Tally]:
    tallies = {"words": Tally(), "picture": Tally()}
    for query in made.queries:
        tallies[_kind(query)].note(query, await _hits(search, query))
    for query in made.absent:
        tallies[_kind(query)].answered_absent.append(bool(await _hits(search, query)))
    return tallies


def section(made: Material, measured: dict[str, dict[str, Tally]], regions: float) -> str:
    """The results as markdown."""
    rows = [
        f"| {kind} | {how} | {mean_of(tally.first)} | "
        f"{mean_of(tally.among_five)} | {_overlap(tally)} | "
        f"{np.mean(tally.answered_absent):.2f} |"
        for how, tallies in measured.items()
        for kind, tally in tallies.items()
    ]
    table = "\n".join(sorted(rows, reverse=True))
    return f"""## Finding small things in crowded pictures

{len(made.corpus)} scenes of {LEAST} to {MOST} pictograms each, 13 to 34 % of the picture wide, on
the sample pictures' grounds; {len(made.queries) // 2} things searched for by name and by a drawing
on another ground, {len(made.absent) // 2} that are in no scene; the starter model and the whole
engine, OCR off; 95 % bootstrap intervals.

**The detector was trained here**, on composed scenes in other drawing styles (`{DETECTOR}`, from
random weights, half an hour on a share of two cores: no pretrained weights could be had). It found
{regions:.1f} boxes a scene. That shows that the way from a detector to a marked hit works, and what
it is worth with boxes of this quality; it says nothing about photographs, for which torchvision's
detectors come pretrained.

| by | search | R@1 | R@5 | mean IoU of the box | answered though absent |
|---|---|---|---|---|---|
{table}

R@k: a scene with the thing is among the first k hits *shown*; what lies in no band is not, so that
"no good match" counts as a miss. IoU: of the boxes of those hits, with the thing's own. Absent:
share of the things in no scene that got an answer instead of "no good match": the bands are those
of whole pictures, not measured for regions, and let too much through.

Repeat: `python -m benchmarks.quality.train_detector W.pth --npm-dir NPM`, then
`python -m benchmarks.quality.regions W.pth --npm-dir NPM`, both by `uv run --with resvg-py`
"""


def _overlap(tally: Tally) -> str:
    return str(mean_of(tally.overlaps)) if tally.overlaps else "–"


def _kind(query: Query) -> str:
    return "words" if query.drawing is None else "picture"


async def _hits(search: SearchService, query: Query) -> list[Hit]:
    by_words = query.drawing is None
    request = SearchRequest(
        library_id=LIBRARY,
        channel_ids=None,
        parts=[QueryPart(text=query.name) if by_words else QueryPart(upload=0)],
        top_k=TOP,
    )
    answer = await search.search(request, [query.drawing] if query.drawing else [])
    return answer.hits if answer.verdict is Verdict.OK else []


def _item(filename: str) -> NewItem:
    place = Place(library_id=LIBRARY, channel_id="c", message_id=filename)
    return NewItem(place=place, posted_at=datetime(2026, 1, 1, tzinfo=UTC), filename=filename)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


async def main() -> None:
    """Measures, prints and stores the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="of the detector")
    parser.add_argument("--npm-dir", type=Path, required=True, help="holds node_modules")
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--things", type=int, default=90)
    arguments = parser.parse_args()
    made = material(arguments.npm_dir, arguments.scenes, arguments.things)
    markdown = section(made, *await measure(made, arguments.weights))
    write_section("regions", markdown)
    print(markdown)


if __name__ == "__main__":
    asyncio.run(main())
