"""One hit as people see it: picture or passage, who, where, when, and how much to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import discord
from discord import ui

from engine.schemas import Band, Hit, ItemKind, Place

MAX_PASSAGE_CHARS = 500
MOST_PLACES_NAMED = 3

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


def draw(card: Card) -> ui.Item[ui.LayoutView]:
    """The picture or passage with its facts: at most three components."""
    text = describe(card)
    if card.thumbnail is not None:
        thumbnail: ui.Thumbnail[ui.LayoutView] = ui.Thumbnail(
            f"attachment://{card.filename}", description=card.hit.filename[:256] or "picture"
        )
        return ui.Section(text, accessory=thumbnail)
    jump: ui.Button[ui.LayoutView] = ui.Button(label="Open", url=jump_url(card.hit.place))
    return ui.Section(text, accessory=jump)


def describe(card: Card) -> str:
    """The facts about a hit as Discord markdown."""
    hit = card.hit
    symbol, kind = ("🖼️", "Picture") if hit.kind is ItemKind.IMAGE else ("💬", "Message")
    name = discord.utils.escape_markdown(hit.filename) or kind
    posted = discord.utils.format_dt(hit.posted_at, "R")
    place = f"<#{hit.place.channel_id}> · {posted} · [jump]({jump_url(hit.place)})"
    lines = [
        f"**{card.number}.** {symbol} **{name}** · {BAND_WORDS[hit.band]}",
        f"{_author(hit)} in {place}",
    ]
    if hit.passage:
        lines.append(quote(hit.passage))
    if len(hit.places) > 1:
        lines.append(f"-# also posted: {_other_places(hit.places[1:])}")
    return "\n".join(lines)


def quote(passage: str) -> str:
    """A passage as a quotation of one paragraph."""
    one_line = " ".join(passage.split())
    if len(one_line) > MAX_PASSAGE_CHARS:
        one_line = f"{one_line[: MAX_PASSAGE_CHARS - 1]}…"
    return f"> {discord.utils.escape_markdown(one_line)}"


def jump_url(place: Place) -> str:
    """The link that opens the message in Discord."""
    return f"https://discord.com/channels/{place.library_id}/{place.channel_id}/{place.message_id}"


def _author(hit: Hit) -> str:
    return f"<@{hit.author_id}>" if hit.author_id.isdigit() else hit.author_name or "somebody"


def _other_places(others: list[Place]) -> str:
    named = ", ".join(
        f"<#{place.channel_id}> ([jump]({jump_url(place)}))" for place in others[:MOST_PLACES_NAMED]
    )
    more = len(others) - MOST_PLACES_NAMED
    return f"{named} and {more} more" if more > 0 else named
