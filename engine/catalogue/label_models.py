"""The tables of label sets and labels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.catalogue.models import Base, UtcDateTime, enum_column
from engine.schemas import Draw, ItemKind, LabelMethod, LabelOutcome, LabelSetAction

_IN_USE = text("NOT archived")
_OFFERED = text("NOT archived AND merged_into IS NULL")
_COUNTS = text("counts")


class LabelSetRow(Base):
    """A labelling task; see `engine.schemas.LabelSet`.

    Attributes:
        name_key: the name without regard to case, unique among the sets in use.
        revision: counts changes of the set, its classes and its labels.
    """

    __tablename__ = "label_sets"
    __table_args__ = (
        Index(
            "ix_label_sets_name",
            "library_id",
            "name_key",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
        Index("ix_label_sets_page", "library_id", "name_key", "labelset_id"),
    )

    labelset_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    library_id: Mapped[str] = mapped_column(String(1024))
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    kind: Mapped[ItemKind] = mapped_column(enum_column(ItemKind))
    multi_label: Mapped[bool]
    labeller_ids: Mapped[list[str]] = mapped_column(JSON)
    archived: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)


class LabelClassRow(Base):
    """A class of a set; merged into another, its labels count as that one's."""

    __tablename__ = "label_classes"
    __table_args__ = (
        Index(
            "ix_label_classes_name",
            "labelset_id",
            "name_key",
            unique=True,
            sqlite_where=_OFFERED,
            postgresql_where=_OFFERED,
        ),
        Index("ix_label_classes_example", "example_item_id"),
    )

    class_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    labelset_id: Mapped[str] = mapped_column(
        ForeignKey("label_sets.labelset_id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    example_item_id: Mapped[str | None] = mapped_column(
        ForeignKey("items.item_id", ondelete="SET NULL")
    )
    archived: Mapped[bool] = mapped_column(default=False)
    merged_into: Mapped[str | None] = mapped_column(String(36))


class LabelSetChangeRow(Base):
    """One entry of a set's history; see `engine.schemas.LabelSetChange`."""

    __tablename__ = "label_set_changes"
    __table_args__ = (Index("ix_label_set_changes_page", "labelset_id", "change_id"),)

    change_id: Mapped[int] = mapped_column(primary_key=True)
    labelset_id: Mapped[str] = mapped_column(
        ForeignKey("label_sets.labelset_id", ondelete="CASCADE")
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[LabelSetAction] = mapped_column(enum_column(LabelSetAction))
    actor_id: Mapped[str] = mapped_column(Text)
    class_id: Mapped[str | None] = mapped_column(String(36))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)


class LabelRow(Base):
    """What one person said of one version of one item; see `engine.schemas.Label`.

    Attributes:
        counts: this is the person's latest word on the item that was not taken back.
        undone_at: when it was taken back.
    """

    __tablename__ = "labels"
    __table_args__ = (
        Index(
            "ix_labels_latest",
            "labelset_id",
            "item_id",
            "person_id",
            unique=True,
            sqlite_where=_COUNTS,
            postgresql_where=_COUNTS,
        ),
        Index("ix_labels_person", "labelset_id", "person_id", "label_id"),
        Index("ix_labels_by", "person_id"),
        Index("ix_labels_batch", "batch_id"),
        Index("ix_labels_item", "item_id"),
    )

    label_id: Mapped[int] = mapped_column(primary_key=True)
    labelset_id: Mapped[str] = mapped_column(
        ForeignKey("label_sets.labelset_id", ondelete="CASCADE")
    )
    item_id: Mapped[str] = mapped_column(ForeignKey("items.item_id", ondelete="CASCADE"))
    item_sha256: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[str] = mapped_column(String(1024))
    outcome: Mapped[LabelOutcome] = mapped_column(enum_column(LabelOutcome))
    class_ids: Mapped[list[str]] = mapped_column(JSON)
    method: Mapped[LabelMethod] = mapped_column(enum_column(LabelMethod))
    drawn: Mapped[Draw | None] = mapped_column(enum_column(Draw))
    batch_id: Mapped[str] = mapped_column(String(36))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts: Mapped[bool] = mapped_column(default=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LabelCardRow(Base):
    """The card that a person has before them and has not answered."""

    __tablename__ = "label_cards"
    __table_args__ = (Index("ix_label_cards_item", "item_id"),)

    labelset_id: Mapped[str] = mapped_column(
        ForeignKey("label_sets.labelset_id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("items.item_id", ondelete="CASCADE"))
    drawn: Mapped[Draw] = mapped_column(enum_column(Draw))
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReactionRow(Base):
    """In a channel, reacting with an emoji gives a class."""

    __tablename__ = "label_reactions"
    __table_args__ = (
        Index("ix_label_reactions_set", "labelset_id"),
        Index("ix_label_reactions_class", "class_id"),
    )

    library_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    channel_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(100), primary_key=True)
    labelset_id: Mapped[str] = mapped_column(
        ForeignKey("label_sets.labelset_id", ondelete="CASCADE")
    )
    class_id: Mapped[str] = mapped_column(ForeignKey("label_classes.class_id", ondelete="CASCADE"))


class TrainingRow(Base):
    """A library whose administrators have decided about training; without a row it is off."""

    __tablename__ = "training"

    library_id: Mapped[str] = mapped_column(String(1024), primary_key=True)
    enabled: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
