"""People: what is stored about them, what they want, and who did what."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from engine.schemas.base import ItemKind, Page, Schema


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
        consent_asked_at: when they were last asked, unless they were not.
        opted_out: nothing they post is stored.
        opted_out_at: since when.
        kept_from: what they posted earlier is not stored (again): they asked to be forgotten, or
            had opted out, until then.
        stored: counts by channel and kind, largest first.
        oldest: when the oldest of it was posted.
        newest: when the newest of it was posted.
        judgements: how many hits they called helpful or not.
        labels: how many labels they gave, with those replaced or taken back.
    """

    library_id: str
    person_id: str
    training_consent: bool | None = None
    consent_at: AwareDatetime | None = None
    consent_asked_at: AwareDatetime | None = None
    opted_out: bool = False
    opted_out_at: AwareDatetime | None = None
    kept_from: AwareDatetime | None = None
    stored: list[StoredCount] = Field(default_factory=list)
    oldest: AwareDatetime | None = None
    newest: AwareDatetime | None = None
    judgements: int = 0
    labels: int = 0


class PersonUpdate(Schema):
    """Changes to what a person wants; absent fields stay, a null consent takes it back.

    Attributes:
        consent_asked: they are asked for their consent now.
    """

    training_consent: bool | None = None
    consent_asked: bool = False
    opted_out: bool | None = None


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
    ALLOWED_TRAINING = "allowed_training"
    NO_TRAINING = "no_training"
    OUTDATED_MODEL = "outdated_model"
    USED_MODEL = "used_model"
    WENT_BACK = "went_back"
    DELETED_MODEL = "deleted_model"


class AuditEntry(Schema):
    """Who did what, when, to how much; never what it said.

    Attributes:
        actor_id: the person who wanted it; null: Magpie itself, following Discord or a setting.
        person_id: whose data it was about, if one person's.
        channel_id: which channel it was about, if one.
        amount: items deleted; days for `SET_RETENTION`, where 0 means without end; for
            `OUTDATED_MODEL`, the items that a model may not have learnt from any more.
    """

    at: AwareDatetime
    action: AuditAction
    actor_id: str | None = None
    person_id: str | None = None
    channel_id: str | None = None
    amount: int = 0


class AuditPage(Page):
    """One page of a library's audit, newest first."""

    entries: list[AuditEntry]
