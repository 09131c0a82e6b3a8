"""What the bodies of every resource share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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


class Page(Schema):
    """Part of a list.

    Attributes:
        next_cursor: asks for the part that follows; null: this is the last.
    """

    next_cursor: str | None = None


class ItemKind(StrEnum):
    """What an item is, and so which encoder reads it."""

    IMAGE = "image"
    TEXT = "text"


class Profile(StrEnum):
    """The encoder sets a data folder can be started with."""

    STARTER = "starter"
    STANDARD = "standard"
    BEST = "best"


class Place(Schema):
    """Where an item was posted. The four ids together name one item."""

    library_id: OpaqueId
    channel_id: OpaqueId
    message_id: OpaqueId
    attachment_id: str = Field(default="", max_length=1024)


class Problem(BaseModel):
    """RFC 9457 problem details, as every error of the API is sent."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    retry_after_s: float | None = None
