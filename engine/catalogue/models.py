"""The tables of the catalogue. What they look like on disk is decided by the migrations."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.schemas import AuditAction, ItemKind

_Member = TypeVar("_Member", bound=StrEnum)


class EmbedState(StrEnum):
    """Whether the vectors of an item's present content are in the index."""

    PENDING = "pending"
    EMBEDDED = "embedded"
    FAILED = "failed"


class TextState(StrEnum):
    """Whether an item's words are known: a picture's are read in it some time after its upload."""

    UNREAD = "unread"
    READ = "read"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC on databases with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Converts to UTC before the database drops or keeps the zone."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Restores the zone where the database dropped it."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


def enum_column(members: type[_Member]) -> Enum:
    """Keeps an enum by value in a plain text column, so that a new member needs no migration."""
    return Enum(
        members,
        native_enum=False,
        length=16,
        create_constraint=False,
        values_callable=lambda enum: [member.value for member in enum],
    )


class Base(DeclarativeBase):
    """Root of the models; its metadata is what migrations may touch."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ItemRow(Base):
    """One picture or text at one place.

    Attributes:
        item_id: `engine.catalogue.identity.item_id_of` the place, and its id in the vector index.
        sha256: of the picture's bytes, or of the text in UTF-8.
        has_blob: whether the original is in blobs under `sha256`; texts live in `text` alone.
        stored_at: when the present content arrived; the order of embedding.
        revision: counts contents at this place, from 1.
        embed_state: back to pending with each new content.
        embedded_fingerprint: of the encoder whose vectors are in the index.
        embed_attempts: failures to embed the present content.
        embed_error: why the last attempt failed.
        perceptual_hash: of what a picture looks like; empty when it has too little detail, or was
            stored before hashes were kept.
        passage_count: rows it has in `passages`; a text without any is one passage by itself.
        detector: fingerprint of the detector that has looked at a picture's present content; None
            before one has.
        region_count: rows it has in `regions`.
        detect_attempts: failures to look at the present content.
        detect_error: why the last one failed.
    """

    __tablename__ = "items"
    __table_args__ = (
        Index("ix_items_place", "library_id", "channel_id", "message_id", "attachment_id"),
        Index("ix_items_author", "library_id", "author_id"),
        Index("ix_items_content", "sha256", "library_id"),
        Index("ix_items_library_page", "library_id", "posted_at", "item_id"),
        Index("ix_items_channel_page", "library_id", "channel_id", "posted_at", "item_id"),
        Index("ix_items_embed_queue", "embed_state", "stored_at", "item_id"),
        Index("ix_items_status", "library_id", "kind", "embed_state"),
        Index("ix_items_text_queue", "text_state", "embed_state", "stored_at", "item_id"),
        Index("ix_items_unread", "library_id", "text_state"),
        Index("ix_items_detect_queue", "kind", "detector", "embed_state", "stored_at", "item_id"),
    )

    item_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    library_id: Mapped[str] = mapped_column(String(1024))
    channel_id: Mapped[str] = mapped_column(String(1024))
    message_id: Mapped[str] = mapped_column(String(1024))
    attachment_id: Mapped[str] = mapped_column(String(1024))
    kind: Mapped[ItemKind] = mapped_column(enum_column(ItemKind))
    author_id: Mapped[str] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filename: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    width_px: Mapped[int | None]
    height_px: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(Text)
    has_blob: Mapped[bool]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int]
    embed_state: Mapped[EmbedState] = mapped_column(enum_column(EmbedState))
    embedded_fingerprint: Mapped[str | None] = mapped_column(String(128))
    embed_attempts: Mapped[int]
    embed_error: Mapped[str | None] = mapped_column(Text)
    perceptual_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    passage_count: Mapped[int]
    text_state: Mapped[TextState] = mapped_column(enum_column(TextState))
    detector: Mapped[str | None] = mapped_column(String(64))
    region_count: Mapped[int]
    detect_attempts: Mapped[int]
    detect_error: Mapped[str | None] = mapped_column(Text)


class PassageRow(Base):
    """One passage of an item, in the order in which they stand in it."""

    __tablename__ = "passages"

    item_id: Mapped[str] = mapped_column(
        ForeignKey("items.item_id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None]
    line: Mapped[int | None]
    in_picture: Mapped[bool]


class RegionRow(Base):
    """A part of a picture in which a detector found something, the surest first; as shares."""

    __tablename__ = "regions"

    item_id: Mapped[str] = mapped_column(
        ForeignKey("items.item_id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    x: Mapped[float]
    y: Mapped[float]
    width: Mapped[float]
    height: Mapped[float]


class ChannelRow(Base):
    """A watched, or once watched, channel."""

    __tablename__ = "channels"

    library_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    channel_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    name: Mapped[str] = mapped_column(Text, default="")
    watched: Mapped[bool] = mapped_column(default=False)
    read_up_to: Mapped[str | None] = mapped_column(Text)


class FeedbackRow(Base):
    """A person's latest judgement of one hit of one search."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("search_id", "item_id", "person_id"),
        Index("ix_feedback_person", "library_id", "person_id"),
        Index("ix_feedback_item", "item_id"),
    )

    feedback_id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[str] = mapped_column(String(1024))
    library_id: Mapped[str] = mapped_column(String(1024))
    item_id: Mapped[str] = mapped_column(ForeignKey("items.item_id", ondelete="CASCADE"))
    person_id: Mapped[str] = mapped_column(String(1024))
    helpful: Mapped[bool]
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonRow(Base):
    """What somebody wants done with their posts; whoever never said anything has no row."""

    __tablename__ = "people"

    library_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    training_consent: Mapped[bool | None]
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consent_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RetentionRow(Base):
    """How long a library keeps what is posted; one that keeps everything has no row."""

    __tablename__ = "retention"

    library_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    days: Mapped[int]


class AuditRow(Base):
    """Who did what, when, to how much; see `engine.schemas.AuditEntry`."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_page", "library_id", "entry_id"),)

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    library_id: Mapped[str] = mapped_column(String(1024))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    action: Mapped[AuditAction] = mapped_column(enum_column(AuditAction))
    actor_id: Mapped[str | None] = mapped_column(String(1024))
    person_id: Mapped[str | None] = mapped_column(String(1024))
    channel_id: Mapped[str | None] = mapped_column(String(1024))
    amount: Mapped[int]


class IdempotencyRow(Base):
    """The answer given to a request with an idempotency key."""

    __tablename__ = "idempotency"

    key: Mapped[str] = mapped_column(String(512), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class MetaRow(Base):
    """A fact about the whole data folder, such as the encoders chosen at first start."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
