"""From matches and their catalogue rows to hits: cut, collapse reposts, order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.passages import Passage
from engine.schemas import Band, Hit, Item, PassageLocation, Place
from engine.search.calibration import THRESHOLDS
from engine.search.excerpts import Excerpter
from engine.search.retrieval import Match

EXACT_WORDS_BONUS_Z = 3.0
"""Added when every word of the query stands in a text: names and error codes mean little to a
sentence encoder, yet somebody who types one wants just that."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Rows:
    """What the catalogue holds of the matches; a match without its rows was just deleted.

    Attributes:
        items: by id.
        passages: by item id and ordinal; a short text is one passage by itself and has none.
        places: where each content (by SHA-256) was posted, as far as the asker may see.
    """

    items: Mapping[str, Item]
    passages: Mapping[tuple[str, int], Passage]
    places: Mapping[str, list[Place]]

    def passage(self, match: Match) -> Passage | None:
        """The text that matched; None when it is gone, or the picture itself matched."""
        if match.passage is None:
            return None
        stored = self.passages.get((match.item_id, match.passage))
        text = self.items[match.item_id].text
        return stored or (Passage(text) if text is not None and match.passage == 0 else None)


@dataclass(frozen=True)
class _Ranked:
    item: Item
    passage: Passage | None
    score: float
    z: float
    band: Band


def rank(
    matches: Sequence[Match], rows: Rows, words: str, excerpter: Excerpter, top_k: int
) -> list[Hit]:
    """The hits to show, best first.

    Args:
        matches: of all kinds, in any order.
        rows: what the catalogue holds of them.
        words: the wanted words of the query.
        excerpter: quotes the passages that matched.
        top_k: most hits.
    """
    wanted = set(_words_of(words))
    kept = [
        ranked
        for match in matches
        if match.item_id in rows.items and (ranked := _ranked(match, rows, wanted)) is not None
    ]
    kept.sort(key=lambda ranked: (-ranked.z, -ranked.item.posted_at.timestamp()))
    best_of_content: dict[str, _Ranked] = {}
    for ranked in kept:
        best_of_content.setdefault(ranked.item.sha256, ranked)
    best = list(best_of_content.items())[:top_k]
    return [_hit(ranked, rows.places.get(content, []), excerpter) for content, ranked in best]


def _ranked(match: Match, rows: Rows, wanted: set[str]) -> _Ranked | None:
    passage = rows.passage(match)
    if passage is None and match.passage is not None:
        return None
    exact = bool(wanted) and passage is not None and wanted <= set(_words_of(passage.text))
    z = match.z + (EXACT_WORDS_BONUS_Z if exact else 0.0)
    band = THRESHOLDS[match.pair].band(z)
    if band is None:
        return None
    return _Ranked(rows.items[match.item_id], passage, match.score, z, band)


def _hit(ranked: _Ranked, places: list[Place], excerpter: Excerpter) -> Hit:
    item, passage = ranked.item, ranked.passage
    quoted = None if passage is None else excerpter.excerpt(passage.text)
    return Hit(
        item_id=item.item_id,
        kind=item.kind,
        score=round(ranked.score, 6),
        band=ranked.band,
        place=item.place,
        places=[item.place, *(place for place in places if place != item.place)],
        author_id=item.author_id,
        author_name=item.author_name,
        posted_at=item.posted_at,
        filename=item.filename,
        path=item.path,
        passage=None if quoted is None else quoted.text,
        location=PassageLocation() if passage is None else passage.location,
        marks=[] if quoted is None else quoted.marks,
    )


def _words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
