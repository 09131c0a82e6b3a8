"""One thing that was posted more than once, as people see it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.authors import author
from bot.places import jump_url
from bot.quote import escape, quote, shortened
from engine.client import EngineCallFailed, EngineClient
from engine.schemas import DuplicateGroup, Item, ItemKind, Post

THUMBNAIL_TIMEOUT_S = 5.0
MOST_NAME_CHARS = 80
QUOTED_CHARS = 200


@dataclass(frozen=True)
class RepostCard:
    """A group ready to be drawn.

    Attributes:
        number: its position in the whole answer, from 1.
        thumbnail: WebP of a picture; None for texts, or when it could not be had.
    """

    number: int
    group: DuplicateGroup
    thumbnail: bytes | None = None

    @property
    def filename(self) -> str:
        """The thumbnail's name as an attachment."""
        return f"repost-{self.number}.webp"


async def deal(
    groups: Sequence[DuplicateGroup], engine: EngineClient, *, first_number: int
) -> list[RepostCard]:
    """Cards for groups, numbered from `first_number`, with the thumbnails that come in time."""
    thumbnails = await asyncio.gather(*(_thumbnail(group.item, engine) for group in groups))
    return [
        RepostCard(number, group, thumbnail)
        for number, (group, thumbnail) in enumerate(
            zip(groups, thumbnails, strict=True), start=first_number
        )
    ]


async def _thumbnail(item: Item, engine: EngineClient) -> bytes | None:
    if item.kind is not ItemKind.IMAGE:
        return None
    try:
        async with asyncio.timeout(THUMBNAIL_TIMEOUT_S):
            return await engine.thumbnail(item.item_id)
    except (EngineCallFailed, TimeoutError):
        return None


def files(cards: Sequence[RepostCard]) -> list[discord.File]:
    """The thumbnails of cards as attachments."""
    return [
        discord.File(io.BytesIO(card.thumbnail), filename=card.filename)
        for card in cards
        if card.thumbnail is not None
    ]


def draw(card: RepostCard, *, posts_named: int) -> ui.Item[ui.LayoutView]:
    """What was posted with its places: at most three components."""
    text = describe(card, posts_named=posts_named)
    if card.thumbnail is None:
        return ui.TextDisplay(text)
    name = card.group.item.filename[:256] or "picture"
    thumbnail: ui.Thumbnail[ui.LayoutView] = ui.Thumbnail(
        f"attachment://{card.filename}", description=name
    )
    return ui.Section(text, accessory=thumbnail)


def describe(card: RepostCard, *, posts_named: int) -> str:
    """A group as Discord markdown: what, how often, and where, the oldest first.

    Args:
        card: the group.
        posts_named: most of its posts that are named.
    """
    group = card.group
    symbol, kind = _sort(group.item)
    name = escape(shortened(group.item.filename, MOST_NAME_CHARS)) or kind
    lines = [f"**{card.number}.** {symbol} **{name}** · posted {group.count} times"]
    if group.item.text:
        lines.append(quote(group.item.text, most_chars=QUOTED_CHARS))
    named = group.posts[:posts_named]
    lines += [_post(post) for post in named]
    if more := group.count - len(named):
        lines.append(f"-# and {more} more")
    return "\n".join(lines)


def _post(post: Post) -> str:
    day, place = discord.utils.format_dt(post.posted_at, "d"), post.place
    return f"- {day} {author(post)} in <#{place.channel_id}> · [jump]({jump_url(place)})"


def _sort(item: Item) -> tuple[str, str]:
    if item.kind is ItemKind.IMAGE:
        return "🖼️", "Picture"
    return ("📄", "Document") if item.place.attachment_id else ("💬", "Message")
