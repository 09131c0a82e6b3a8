"""From matches and their catalogue rows to hits: cut, collapse reposts, order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.schemas import Band, Hit, Item, Place
from engine.search.calibration import THRESHOLDS
from engine.search.retrieval import Match

EXACT_WORDS_BONUS_Z = 3.0
"""Added when every word of the query stands in a text: names and error codes mean little to a
sentence encoder, yet somebody who types one wants just that."""

MAX_PASSAGE_CHARS = 300

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class _Ranked:
    item: Item
    score: float
    z: float
    band: Band


def rank(
    matches: Sequence[Match],
    items: Mapping[str, Item],
    places: Mapping[str, list[Place]],
    words: str,
    top_k: int,
) -> list[Hit]:
    """The hits to show, best first.

    Args:
        matches: of all kinds, in any order.
        items: catalogue rows by id; matches without one were deleted a moment ago and drop out.
        places: where each content (by SHA-256) was posted, as far as the asker may see.
        words: the wanted words of the query.
        top_k: most hits.
    """
    wanted = set(_words_of(words))
    kept = [
        ranked
        for match in matches
        if match.item_id in items
        and (ranked := _ranked(match, items[match.item_id], wanted)) is not None
    ]
    kept.sort(key=lambda ranked: (-ranked.z, -ranked.item.posted_at.timestamp()))
    best_of_content: dict[str, _Ranked] = {}
    for ranked in kept:
        best_of_content.setdefault(ranked.item.sha256, ranked)
    return [_hit(ranked, places.get(content, [])) for content, ranked in best_of_content.items()][
        :top_k
    ]


def _ranked(match: Match, item: Item, wanted: set[str]) -> _Ranked | None:
    exact = bool(wanted) and item.text is not None and wanted <= set(_words_of(item.text))
    z = match.z + (EXACT_WORDS_BONUS_Z if exact else 0.0)
    band = THRESHOLDS[match.pair].band(z)
    return None if band is None else _Ranked(item, match.score, z, band)


def _hit(ranked: _Ranked, places: Sequence[Place]) -> Hit:
    item = ranked.item
    return Hit(
        item_id=item.item_id,
        kind=item.kind,
        score=ranked.score,
        band=ranked.band,
        place=item.place,
        places=[item.place, *(place for place in places if place != item.place)],
        author_id=item.author_id,
        author_name=item.author_name,
        posted_at=item.posted_at,
        filename=item.filename,
        path=item.path,
        passage=None if item.text is None else _passage(item.text),
    )


def _passage(text: str) -> str:
    if len(text) <= MAX_PASSAGE_CHARS:
        return text
    return text[:MAX_PASSAGE_CHARS].rsplit(maxsplit=1)[0] + " …"


def _words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
