"""One hit as people see it: picture or passage, who, where, when, and how much to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import discord
from discord import ui

from bot.authors import author
from bot.passage_location import describe_location
from bot.places import jump_url
from bot.quote import escape, quote, shortened
from engine.schemas import Band, Hit, ItemKind, Place

QUOTED_CHARS = 500
MOST_PLACES_NAMED = 3
MOST_NAME_CHARS = 80
MOST_LOCATION_CHARS = 120

BAND_WORDS = {
    Band.STRONG: "strong match",
    Band.LIKELY: "likely match",
    Band.WEAK: "weak match",
}

CustomId = Callable[[str], str]


@dataclass(frozen=True)
class Card:
    """A hit ready to be drawn.

    Attributes:
        number: its position in the whole answer, from 1.
        thumbnail: WebP of a picture; None for texts, or when it could not be had.
        judged: what the viewer said about it, if anything.
    """

    number: int
    hit: Hit
    thumbnail: bytes | None = None
    judged: bool | None = None

    @property
    def filename(self) -> str:
        """The thumbnail's name as an attachment."""
        return f"hit-{self.number}.webp"


def draw(card: Card, *, quoted_chars: int = QUOTED_CHARS) -> ui.Item[ui.LayoutView]:
    """The picture or passage with its facts: at most three components."""
    text = describe(card, quoted_chars=quoted_chars)
    if card.thumbnail is not None:
        thumbnail: ui.Thumbnail[ui.LayoutView] = ui.Thumbnail(
            f"attachment://{card.filename}", description=card.hit.filename[:256] or "picture"
        )
        return ui.Section(text, accessory=thumbnail)
    jump: ui.Button[ui.LayoutView] = ui.Button(label="Open", url=jump_url(card.hit.place))
    return ui.Section(text, accessory=jump)


def describe(card: Card, *, quoted_chars: int = QUOTED_CHARS) -> str:
    """The facts about a hit as Discord markdown.

    Args:
        card: the hit.
        quoted_chars: most characters of its passage that are quoted.
    """
    hit = card.hit
    symbol, kind = _sort(hit)
    name = escape(shortened(hit.filename, MOST_NAME_CHARS)) or kind
    posted = discord.utils.format_dt(hit.posted_at, "R")
    place = f"<#{hit.place.channel_id}> · {posted} · [jump]({jump_url(hit.place)})"
    lines = [
        f"**{card.number}.** {symbol} **{name}** · {BAND_WORDS[hit.band]}",
        f"{author(hit)} in {place}",
    ]
    if hit.passage:
        lines.append(quote(hit.passage, hit.marks, most_chars=quoted_chars))
        if where := describe_location(hit.location):
            lines.append(f"-# {escape(shortened(where, MOST_LOCATION_CHARS))}")
    if hit.box is not None:
        lines.append("-# matched in the marked part")
    if len(hit.places) > 1:
        lines.append(f"-# also posted: {_other_places(hit.places[1:])}")
    return "\n".join(lines)


def is_document(hit: Hit) -> bool:
    """Whether the hit is an attached document rather than what a message says."""
    return hit.kind is ItemKind.TEXT and bool(hit.place.attachment_id)


def _sort(hit: Hit) -> tuple[str, str]:
    if hit.kind is ItemKind.IMAGE:
        return "🖼️", "Picture"
    return ("📄", "Document") if is_document(hit) else ("💬", "Message")


def _other_places(others: list[Place]) -> str:
    named = ", ".join(
        f"<#{place.channel_id}> ([jump]({jump_url(place)}))" for place in others[:MOST_PLACES_NAMED]
    )
    more = len(others) - MOST_PLACES_NAMED
    return f"{named} and {more} more" if more > 0 else named
