"""From matches to the hits a person reads."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from engine.passages import Passage
from engine.schemas import Band, Box, Hit, Item, ItemKind, PassageLocation, Place
from engine.search import ranking
from engine.search.calibration import THRESHOLDS, Pair
from engine.search.excerpts import Excerpter
from engine.search.retrieval import Match
from engine.vectors.sparse import Bm25Encoder

POSTED = datetime(2026, 3, 1, tzinfo=UTC)
BOX = Box(x=0.5, y=0.25, width=0.25, height=0.25)


def item(item_id: str, *, sha256: str = "", text: str | None = None, channel: str = "c") -> Item:
    """A stored item whose content is its own unless `sha256` is shared."""
    return Item(
        item_id=item_id,
        kind=ItemKind.IMAGE if text is None else ItemKind.TEXT,
        place=Place(library_id="l", channel_id=channel, message_id=item_id),
        author_id="a",
        author_name="Alice",
        posted_at=POSTED + timedelta(seconds=len(item_id)),
        filename="",
        path="",
        sha256=sha256 or item_id,
        size_bytes=1,
        text=text,
        embedded=True,
    )


NOISE, WEAK, LIKELY, STRONG = 0.0, 1.5, 2.5, 3.5
"""Degrees of trust: inside no band, and inside each."""


def match(
    item_id: str, trust: float, passage: int | None = None, region: int | None = None
) -> Match:
    """A match of a passage, or else of a picture or a part of it, that can be trusted so far."""
    pair = Pair.TEXT_TO_IMAGE if passage is None else Pair.TEXT_TO_TEXT
    bands = THRESHOLDS[pair]
    nearness = float(np.interp(trust, (0, 1, 2, 3, 4), (0, *astuple(bands), bands.strong + 1)))
    return Match(item_id, nearness, nearness, pair, passage, region)


def ranked(
    matches: Sequence[Match],
    items: Mapping[str, Item],
    *,
    passages: Mapping[tuple[str, int], Passage] | None = None,
    places: Mapping[str, list[Place]] | None = None,
    hashes: Mapping[str, bytes] | None = None,
    words: str = "",
) -> list[Hit]:
    """The hits of a search for some words."""
    rows = ranking.Rows(items, passages or {}, places or {}, hashes or {})
    excerpter = Excerpter(words, Bm25Encoder().query_vector)
    return ranking.hits(ranking.candidates(matches, rows), rows, excerpter, top_k=10)


def test_the_irrelevant_tail_is_cut_and_the_rest_is_in_order_of_trust() -> None:
    """Every search would end in noise that looks like an answer."""
    items = {name: item(name) for name in ("far", "near", "noise")}
    matches = [match("far", LIKELY), match("noise", NOISE), match("near", STRONG)]
    hits = ranked(matches, items)
    assert [(hit.item_id, hit.band) for hit in hits] == [
        ("near", Band.STRONG),
        ("far", Band.LIKELY),
    ]


def test_one_picture_posted_often_is_one_hit_with_its_places() -> None:
    """A meme would fill the first page by itself."""
    items = {name: item(name, sha256="meme", channel=name) for name in ("one", "two")}
    places = {"meme": [items["one"].place, items["two"].place]}
    hits = ranked([match("one", STRONG), match("two", STRONG)], items, places=places)
    assert len(hits) == 1
    assert {place.channel_id for place in hits[0].places} == {"one", "two"}
    assert hits[0].places[0] == hits[0].place


def test_a_re_encoded_repost_is_no_hit_of_its_own() -> None:
    """The same photo in three sizes would be three hits."""
    items = {name: item(name, channel=name) for name in ("large", "small", "other")}
    places = {name: [each.place] for name, each in items.items()}
    hashes = {"large": bytes(32), "small": b"\x0f" + bytes(31), "other": b"\xff" * 32}
    features = np.array([1, 0], np.float32)
    matches = [replace(match(name, 9.0), features=features) for name in items]
    hits = ranked(matches, items, places=places, hashes=hashes)
    assert sorted(len(hit.places) for hit in hits) == [1, 2]
    both = next(hit for hit in hits if len(hit.places) == 2)
    assert {place.channel_id for place in both.places} == {"large", "small"}


def test_a_picture_and_a_part_of_it_are_one_hit_with_the_part_marked() -> None:
    """The same picture would be listed twice, or the part that matched not be shown."""
    items = {"scene": item("scene")}
    rows = ranking.Rows(items, {}, {}, {}, {("scene", 1): BOX})
    excerpter = Excerpter("", Bm25Encoder().query_vector)
    for matches, box in (
        ([match("scene", LIKELY), match("scene", STRONG, region=1)], BOX),
        ([match("scene", LIKELY, region=1), match("scene", STRONG)], None),
        ([match("scene", LIKELY), match("scene", STRONG, region=2)], None),
    ):
        (hit,) = ranking.hits(ranking.candidates(matches, rows), rows, excerpter, top_k=9)
        assert hit.box == box


def test_an_item_deleted_since_it_was_matched_is_no_hit() -> None:
    """A message deleted seconds ago would still be shown."""
    assert ranked([match("gone", STRONG)], {}) == []


def test_kinds_are_merged_by_trust_and_not_by_nearness() -> None:
    """Texts reach higher numbers than pictures: the right picture would come after any message."""
    items = {"picture": item("picture"), "message": item("message", text="hello")}
    picture, message = match("picture", STRONG), match("message", LIKELY, passage=0)
    hits = ranked([message, picture], items)
    assert [hit.item_id for hit in hits] == ["picture", "message"]


def test_a_document_is_one_hit_that_quotes_its_best_passage() -> None:
    """A long document would fill the page, or be quoted where it says nothing of the matter."""
    chapter = Passage("Hold the button.", PassageLocation(heading="Reset", page=12))
    passages = {("manual", 0): Passage("Welcome."), ("manual", 1): chapter}
    items = {"manual": item("manual", text=None).model_copy(update={"kind": ItemKind.TEXT})}
    matches = [match("manual", LIKELY, passage=0), match("manual", STRONG, passage=1)]
    (hit,) = ranked(matches, items, passages=passages, words="which button to hold")
    assert (hit.passage, hit.location) == (chapter.text, chapter.location)
    assert [chapter.text[start:end] for start, end in hit.marks] == ["Hold", "button"]


def test_a_passage_that_was_just_edited_away_is_no_hit() -> None:
    """Words deleted seconds ago would be answered with an empty quotation."""
    manual = item("manual").model_copy(update={"kind": ItemKind.TEXT})
    assert ranked([match("manual", STRONG, passage=3)], {"manual": manual}) == []


def test_a_picture_found_by_what_is_written_in_it_says_so() -> None:
    """A screenshot would be shown without a word about why."""
    read = Passage("disk is full", PassageLocation(in_picture=True))
    hits = ranked(
        [match("shot", WEAK), match("shot", STRONG, passage=0)],
        {"shot": item("shot")},
        passages={("shot", 0): read},
    )
    assert [(hit.kind, hit.passage) for hit in hits] == [(ItemKind.IMAGE, "disk is full")]
    assert hits[0].location.in_picture
