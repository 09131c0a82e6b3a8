"""What travels between the bot and the engine: the public, torch-free face of the HTTP API.

Ids of libraries, channels, messages, attachments and authors are opaque strings to the engine
(Discord snowflakes, or paths for the shell). Times are timezone-aware; on the wire RFC 3339.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PICTURE_SUFFIXES = frozenset(
    {
        *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif"),
        *(".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"),
    }
)
"""Endings of file names that bot, shell and engine take for pictures."""

OpaqueId = Annotated[str, Field(min_length=1, max_length=1024)]


class Schema(BaseModel):
    """Base of all bodies: unknown fields are refused, instances are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemKind(StrEnum):
    """What an item is, and so which encoder reads it."""

    IMAGE = "image"
    TEXT = "text"


class Profile(StrEnum):
    """The encoder sets a data folder can be started with."""

    STARTER = "starter"
    STANDARD = "standard"
    BEST = "best"


class Band(StrEnum):
    """How much a hit can be trusted, from its calibrated score."""

    STRONG = "strong"
    LIKELY = "likely"
    WEAK = "weak"


class Verdict(StrEnum):
    """Whether a search found anything worth showing."""

    OK = "ok"
    NO_GOOD_MATCH = "no_good_match"


class Place(Schema):
    """Where an item was posted. The four ids together name one item."""

    library_id: OpaqueId
    channel_id: OpaqueId
    message_id: OpaqueId
    attachment_id: str = Field(default="", max_length=1024)


class NewItem(Schema):
    """The description that accompanies an upload.

    Attributes:
        place: where it was posted; posting to the same place again replaces the content.
        author_id: who posted it, for `from:` and for forgetting.
        posted_at: when it was posted.
        filename: the attachment's name, for pictures and documents.
        path: the file on disk it came from, for libraries made from folders.
        text: the message's text, for items of kind text; absent with a file.
    """

    place: Place
    author_id: str = ""
    author_name: str = ""
    posted_at: AwareDatetime
    filename: str = ""
    path: str = ""
    text: str | None = None


class Acknowledged(StrEnum):
    """What became of an upload; all but `NOT_KEPT` mean that it is durable.

    `NOT_KEPT`: nothing of it is stored, because its author has opted out or asked to be forgotten
    since, or because it is older than the library keeps anything.
    """

    STORED = "stored"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    NOT_KEPT = "not_kept"


class ItemAck(Schema):
    """Answer to an upload: original in blobs, row committed; its vector follows."""

    item_id: str
    kind: ItemKind
    status: Acknowledged


class Item(Schema):
    """One stored picture or text."""

    item_id: str
    kind: ItemKind
    place: Place
    author_id: str
    author_name: str
    posted_at: AwareDatetime
    filename: str
    path: str
    sha256: str
    size_bytes: int
    width_px: int | None = None
    height_px: int | None = None
    text: str | None = None
    embedded: bool = Field(description="Whether its vector is in the index already.")


class ItemPage(Schema):
    """One page of a library's items."""

    items: list[Item]
    next_cursor: str | None = None


class ForgetRequest(Schema):
    """Deletes what was posted at a place, narrower with each id given.

    With only `library_id` the whole library goes, so `everything` must be true then.

    Attributes:
        author_id: whose posts; without a place, also their judgements and their consent, and what
            they posted until now is not stored again.
        before: only what was posted before then.
        asked_by: the person who wants it, for the audit; absent when it follows from something
            else, such as a deletion in Discord.
    """

    library_id: OpaqueId
    channel_id: str | None = None
    message_id: str | None = None
    attachment_id: str | None = None
    author_id: str | None = None
    before: AwareDatetime | None = None
    everything: bool = False
    asked_by: str | None = None


class ForgetAnswer(Schema):
    """How many items are gone."""

    forgotten: int


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


class Hit(Schema):
    """One answer of a search, best first.

    Attributes:
        score: higher is better; comparable only within one kind.
        band: how much to trust it.
        passage: the text that matched: of a message or document, or read in a picture.
        location: where the passage stands in its item.
        marks: spans of `passage`, in characters, that answer the query best.
        places: every place the same content was posted at, this item's first.
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


class Channel(Schema):
    """A watched (or once watched) channel and how far it has been read.

    Attributes:
        watched: new messages are remembered.
        read_up_to: newest message known to be acknowledged; catching up starts there.
    """

    library_id: OpaqueId
    channel_id: OpaqueId
    name: str = ""
    watched: bool
    read_up_to: str | None = None


class ChannelUpdate(Schema):
    """Changes to a channel; absent fields stay."""

    name: str | None = None
    watched: bool | None = None
    read_up_to: str | None = None


class ChannelPage(Schema):
    """One page of channels."""

    channels: list[Channel]
    next_cursor: str | None = None


class LibraryStatus(Schema):
    """How large a library is, and how much of it can be searched yet."""

    library_id: str
    images: int
    texts: int
    pending: int = Field(description="Items acknowledged whose vector is not in the index yet.")
    failed: int = Field(default=0, description="Items that could not be embedded.")
    unread: int = Field(default=0, description="Pictures in which text is still to be looked for.")


class StoredCount(Schema):
    """How many items of one kind a person has in one channel."""

    channel_id: str
    kind: ItemKind
    count: int


class Person(Schema):
    """What is stored about a person in one library, and what they want.

    Attributes:
        training_consent: whether models may learn from what they posted; null: never said.
        consent_at: when they said so.
        opted_out: nothing they post is stored.
        opted_out_at: since when.
        kept_from: what they posted earlier is not stored (again): they asked to be forgotten, or
            had opted out, until then.
        stored: counts by channel and kind, largest first.
        oldest: when the oldest of it was posted.
        newest: when the newest of it was posted.
        judgements: how many hits they called helpful or not.
    """

    library_id: str
    person_id: str
    training_consent: bool | None = None
    consent_at: AwareDatetime | None = None
    opted_out: bool = False
    opted_out_at: AwareDatetime | None = None
    kept_from: AwareDatetime | None = None
    stored: list[StoredCount] = Field(default_factory=list)
    oldest: AwareDatetime | None = None
    newest: AwareDatetime | None = None
    judgements: int = 0


class PersonUpdate(Schema):
    """Changes to what a person wants; absent fields stay, a null consent takes it back."""

    training_consent: bool | None = None
    opted_out: bool | None = None


class Retention(Schema):
    """How long a library keeps what is posted; null days: until it is deleted."""

    days: int | None = Field(ge=1, le=36_500)


class RetentionUpdate(Retention):
    """A new retention, and the person who wants it, for the audit."""

    asked_by: str | None = None


class AuditAction(StrEnum):
    """What was done that somebody may have to account for."""

    FORGOT = "forgot"
    EXPIRED = "expired"
    CONSENTED = "consented"
    REFUSED_CONSENT = "refused_consent"
    WITHDREW_CONSENT = "withdrew_consent"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    SET_RETENTION = "set_retention"


class AuditEntry(Schema):
    """Who did what, when, to how much; never what it said.

    Attributes:
        actor_id: the person who wanted it; null: Magpie itself, following Discord or a setting.
        person_id: whose data it was about, if one person's.
        channel_id: which channel it was about, if one.
        amount: items deleted; days for `SET_RETENTION`, where 0 means without end.
    """

    at: AwareDatetime
    action: AuditAction
    actor_id: str | None = None
    person_id: str | None = None
    channel_id: str | None = None
    amount: int = 0


class AuditPage(Schema):
    """One page of a library's audit, newest first."""

    entries: list[AuditEntry]
    next_cursor: str | None = None


class EncodeRequest(Schema):
    """Texts to encode, or (multipart) pictures in the order of the files."""

    encoder: str = "clip"
    texts: list[str] | None = None


class EncodeAnswer(Schema):
    """Features: float32 (N, D), L2-normalised, row i for input i, base64 of little-endian bytes."""

    encoder: str
    fingerprint: str
    shape: tuple[int, int]
    features_base64: str


class EncoderState(Schema):
    """One loaded (or loading) encoder."""

    name: str
    model: str
    fingerprint: str | None = None
    embed_dim: int | None = None
    device: str
    dtype: str
    queue_length: int = 0
    alive: bool = True


class Readiness(Schema):
    """Whether the engine can answer searches, and if not, why."""

    status: Literal["ready", "warming_up", "failing"]
    detail: str
    profile: Profile
    device: str
    encoders: list[EncoderState] = Field(default_factory=list)
    checks: dict[str, str] = Field(default_factory=dict)


class VerifyReport(Schema):
    """Comparison of catalogue, blobs and vectors."""

    items: int
    blobs: int
    points: int
    missing_blobs: list[str] = Field(default_factory=list)
    orphan_blobs: list[str] = Field(default_factory=list)
    missing_points: list[str] = Field(default_factory=list)
    orphan_points: list[str] = Field(default_factory=list)
    stale_points: list[str] = Field(default_factory=list)
    damaged_blobs: list[str] = Field(default_factory=list)
    clean: bool


class Problem(BaseModel):
    """RFC 9457 problem details, as every error of the API is sent."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    retry_after_s: float | None = None
