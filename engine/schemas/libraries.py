"""Libraries and their channels."""

from __future__ import annotations

from pydantic import Field

from engine.schemas.base import OpaqueId, Page, Schema


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


class ChannelPage(Page):
    """One page of channels."""

    channels: list[Channel]


class LibraryStatus(Schema):
    """How large a library is, and how much of it can be searched yet."""

    library_id: str
    images: int
    texts: int
    pending: int = Field(description="Items acknowledged whose vector is not in the index yet.")
    failed: int = Field(default=0, description="Items that could not be embedded.")
    unread: int = Field(default=0, description="Pictures in which text is still to be looked for.")


class Retention(Schema):
    """How long a library keeps what is posted; null days: until it is deleted."""

    days: int | None = Field(ge=1, le=36_500)


class RetentionUpdate(Retention):
    """A new retention, and the person who wants it, for the audit."""

    asked_by: str | None = None
