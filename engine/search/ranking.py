"""From matches and their catalogue rows to hits: cut, order, collapse reposts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.passages import Passage
from engine.schemas import Band, Box, Hit, Item, PassageLocation, Place
from engine.search.calibration import THRESHOLDS
from engine.search.duplicates import Look, are_near_duplicates
from engine.search.excerpts import Excerpter
from engine.search.retrieval import Match


@dataclass(frozen=True)
class Rows:
    """What the catalogue holds of the matches; a match without its rows was just deleted.

    Attributes:
        items: by id.
        passages: by item id and ordinal; a short text is one passage by itself and has none.
        places: where each content (by SHA-256) was posted, as far as the asker may see.
        perceptual_hashes: of the pictures that have one, by item id.
        regions: by item id and ordinal.
    """

    items: Mapping[str, Item]
    passages: Mapping[tuple[str, int], Passage]
    places: Mapping[str, list[Place]]
    perceptual_hashes: Mapping[str, bytes]
    regions: Mapping[tuple[str, int], Box] = field(default_factory=dict)

    def passage(self, match: Match) -> Passage | None:
        """The text that matched; None when it is gone, or the picture itself matched."""
        if match.passage is None:
            return None
        stored = self.passages.get((match.item_id, match.passage))
        text = self.items[match.item_id].text
        return stored or (Passage(text) if text is not None and match.passage == 0 else None)


@dataclass(frozen=True)
class Candidate:
    """A match that is good enough to be shown.

    Attributes:
        look: of the picture; a text has none.
        passage: the text that matched; None when the picture itself did.
        box: the part of the picture that matched; None when the whole did.
        score: cosine with the query.
        trust: nearness on the scale that is common to all kinds.
    """

    item: Item
    look: Look
    passage: Passage | None
    box: Box | None
    score: float
    trust: float
    band: Band

    def shows_the_same_as(self, other: Candidate) -> bool:
        """Whether both are one content, byte for byte or to the eye."""
        return self.item.sha256 == other.item.sha256 or are_near_duplicates(self.look, other.look)


def candidates(matches: Sequence[Match], rows: Rows) -> list[Candidate]:
    """What can be shown of the matches, of all kinds and in any order; best first."""
    kept = [
        candidate
        for match in matches
        if match.item_id in rows.items and (candidate := _candidate(match, rows)) is not None
    ]
    return sorted(kept, key=lambda each: (-each.trust, -each.item.posted_at.timestamp()))


def hits(
    best_first: Sequence[Candidate], rows: Rows, excerpter: Excerpter, top_k: int
) -> list[Hit]:
    """The hits to show, in the order of the candidates.

    Args:
        best_first: the candidates.
        rows: what the catalogue holds of them.
        excerpter: quotes the passages that matched.
        top_k: most hits.
    """
    return [_hit(posts, rows, excerpter) for posts in _collapsed(best_first)[:top_k]]


def _collapsed(best_first: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates by content, the best of each first, in the order of the best."""
    contents: list[list[Candidate]] = []
    for candidate in best_first:
        for posts in contents:
            if candidate.shows_the_same_as(posts[0]):
                posts.append(candidate)
                break
        else:
            contents.append([candidate])
    return contents


def _candidate(match: Match, rows: Rows) -> Candidate | None:
    passage = rows.passage(match)
    if passage is None and match.passage is not None:
        return None
    box = None if match.region is None else rows.regions.get((match.item_id, match.region))
    if box is None and match.region is not None:
        return None
    if match.band is None:
        return None
    trust = THRESHOLDS[match.pair].trust(match.nearness)
    look = Look(rows.perceptual_hashes.get(match.item_id, b""), match.features)
    return Candidate(rows.items[match.item_id], look, passage, box, match.score, trust, match.band)


def _hit(posts: Sequence[Candidate], rows: Rows, excerpter: Excerpter) -> Hit:
    best = posts[0]
    item, passage = best.item, best.passage
    contents = dict.fromkeys(post.item.sha256 for post in posts)
    places = [place for content in contents for place in rows.places.get(content, [])]
    quoted = None if passage is None else excerpter.excerpt(passage.text)
    return Hit(
        item_id=item.item_id,
        kind=item.kind,
        score=round(best.score, 6),
        band=best.band,
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
        box=best.box,
    )
