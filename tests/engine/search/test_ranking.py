"""From matches to the hits a person reads."""

from datetime import UTC, datetime, timedelta

from engine.schemas import Band, Item, ItemKind, Place
from engine.search.calibration import Pair
from engine.search.ranking import MAX_PASSAGE_CHARS, rank
from engine.search.retrieval import Match

POSTED = datetime(2026, 3, 1, tzinfo=UTC)


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


def match(item_id: str, z: float, pair: Pair = Pair.TEXT_TO_IMAGE) -> Match:
    """A match at a distance from the background."""
    return Match(item_id, score=z / 10, z=z, pair=pair)


def test_the_irrelevant_tail_is_cut_and_the_rest_is_in_order_of_trust() -> None:
    """Every search would end in noise that looks like an answer."""
    items = {name: item(name) for name in ("far", "near", "noise")}
    matches = [match("far", 4.0), match("noise", 0.5), match("near", 9.0)]
    hits = rank(matches, items, {}, "", top_k=10)
    assert [(hit.item_id, hit.band) for hit in hits] == [
        ("near", Band.STRONG),
        ("far", Band.LIKELY),
    ]


def test_one_picture_posted_often_is_one_hit_with_its_places() -> None:
    """A meme would fill the first page by itself."""
    items = {name: item(name, sha256="meme", channel=name) for name in ("one", "two")}
    places = {"meme": [items["one"].place, items["two"].place]}
    hits = rank([match("one", 9.0), match("two", 9.0)], items, places, "", top_k=10)
    assert len(hits) == 1
    assert {place.channel_id for place in hits[0].places} == {"one", "two"}
    assert hits[0].places[0] == hits[0].place


def test_an_item_deleted_since_it_was_matched_is_no_hit() -> None:
    """A message deleted seconds ago would still be shown."""
    assert rank([match("gone", 9.0)], {}, {}, "", top_k=10) == []


def test_an_error_code_typed_word_for_word_is_found() -> None:
    """A sentence encoder knows no "E4711"; somebody who searches for it wants just that."""
    items = {
        "exact": item("exact", text="Printer says E4711 again"),
        "about": item("about", text="The printer is out of paper"),
    }
    matches = [match("about", 3.2, Pair.TEXT_TO_TEXT), match("exact", 1.0, Pair.TEXT_TO_TEXT)]
    hits = rank(matches, items, {}, "e4711 printer", top_k=10)
    assert hits[0].item_id == "exact"


def test_a_long_text_is_quoted_up_to_a_word() -> None:
    """A hit would be a wall of text, or end in half a word."""
    text = "lighthouse " * 100
    hits = rank([match("t", 9.0, Pair.TEXT_TO_TEXT)], {"t": item("t", text=text)}, {}, "", 1)
    assert hits[0].passage is not None
    assert hits[0].passage.endswith("lighthouse …")
    assert len(hits[0].passage) <= MAX_PASSAGE_CHARS + 2
