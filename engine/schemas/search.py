"""Searches, their hits, and what people say of them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from engine.schemas.base import ItemKind, OpaqueId, Place, Schema


class Band(StrEnum):
    """How much a hit can be trusted, from its calibrated score."""

    STRONG = "strong"
    LIKELY = "likely"
    WEAK = "weak"


class Verdict(StrEnum):
    """Whether a search found anything worth showing."""

    OK = "ok"
    NO_GOOD_MATCH = "no_good_match"


class QueryPart(Schema):
    """One part of a composed query: exactly one of text, upload and item_id.

    Attributes:
        text: words.
        upload: index of a picture among the files of the multipart request.
        item_id: a stored item, "more like this".
        weight: its share; negative means "not this".
    """

    text: str | None = None
    upload: int | None = Field(default=None, ge=0)
    item_id: str | None = None
    weight: float = Field(default=1.0, ge=-10, le=10)


class SearchRequest(Schema):
    """A search. `channel_ids` are the channels the asker may see.

    An empty list finds nothing. `None` means every channel and is refused for the bot's token.
    """

    library_id: OpaqueId
    channel_ids: list[str] | None
    parts: list[QueryPart] = Field(min_length=1)
    kinds: list[ItemKind] | None = None
    author_ids: list[str] | None = None
    after: AwareDatetime | None = None
    before: AwareDatetime | None = None
    exclude_item_ids: list[str] = Field(default_factory=list)
    top_k: int = Field(default=10, ge=1, le=200)


class PassageLocation(Schema):
    """Where in an item a passage stands.

    Attributes:
        heading: the headings above it, outermost first: "Setup › Network".
        page: of a PDF, from 1.
        line: of a text file, table or program, from 1.
        in_picture: it was read in a picture by OCR.
    """

    heading: str = ""
    page: int | None = None
    line: int | None = None
    in_picture: bool = False


class Box(Schema):
    """A part of a picture, as shares of its width and height from the top left."""

    x: float
    y: float
    width: float
    height: float


class Hit(Schema):
    """One answer of a search, best first.

    Attributes:
        score: higher is better; comparable only within one kind.
        band: how much to trust it.
        passage: the text that matched: of a message or document, or read in a picture.
        location: where the passage stands in its item.
        marks: spans of `passage`, in characters, that answer the query best.
        places: every place the same content was posted at, this item's first.
        box: the part of the picture that matched, where that was not the whole.
    """

    item_id: str
    kind: ItemKind
    score: float
    band: Band
    place: Place
    places: list[Place] = Field(default_factory=list)
    author_id: str
    author_name: str
    posted_at: AwareDatetime
    filename: str = ""
    path: str = ""
    passage: str | None = None
    location: PassageLocation = Field(default_factory=PassageLocation)
    marks: list[tuple[int, int]] = Field(default_factory=list)
    box: Box | None = None


class SearchAnswer(Schema):
    """Answer to a search.

    Attributes:
        search_id: names this search in feedback.
        took_ms: milliseconds by stage: decode, encode, retrieve, total.
        hint: a sentence for the asker when the query or the model has a known weakness.
    """

    search_id: str
    verdict: Verdict
    hits: list[Hit]
    took_ms: dict[str, float]
    hint: str | None = None


class Feedback(Schema):
    """A person's judgement of one hit."""

    search_id: OpaqueId
    library_id: OpaqueId
    item_id: OpaqueId
    person_id: OpaqueId
    helpful: bool


class JudgementCount(Schema):
    """How the hits of one kind from one channel were judged."""

    channel_id: str
    kind: ItemKind
    helpful: int
    not_it: int


class FeedbackSummary(Schema):
    """Everybody's judgements in a library, without who judged and what."""

    counts: list[JudgementCount]
