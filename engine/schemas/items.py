"""Items: uploads, what is stored, and forgetting it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from engine.schemas.base import ItemKind, OpaqueId, Page, Place, Schema


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


class ItemPage(Page):
    """One page of a library's items."""

    items: list[Item]


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
