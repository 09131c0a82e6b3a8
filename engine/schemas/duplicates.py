"""What was posted more than once."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from engine.schemas.base import Page, Place, Schema
from engine.schemas.items import Item


class DuplicatesRequest(Schema):
    """A page of the duplicates among what the asker may see.

    Attributes:
        channel_ids: the channels the asker may see. An empty list finds nothing; None means every
            channel and is refused for the bot's token.
    """

    channel_ids: list[str] | None
    cursor: str | None = None
    limit: int = Field(default=20, ge=1, le=50)


class Post(Schema):
    """One time that something was posted."""

    item_id: str
    place: Place
    author_id: str
    author_name: str
    posted_at: AwareDatetime


class DuplicateGroup(Schema):
    """One picture, text or document, and where it was posted.

    Attributes:
        item: what was posted first, which stands for the others.
        posts: the first fifty, oldest first.
        count: how often it was posted.
    """

    item: Item
    posts: list[Post]
    count: int


class DuplicatesPage(Page):
    """One page of groups: those posted most often first, among equals the latest."""

    groups: list[DuplicateGroup]
