"""Has this been said before? In which order that is answered, and the sentence that leads."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.authors import author
from bot.features.search._cards import MOST_NAME_CHARS, is_document
from bot.quote import escape, shortened
from engine.schemas import Band, Hit

TRUST = {Band.STRONG: 0, Band.LIKELY: 1, Band.WEAK: 2}

ANSWERS = {
    Band.STRONG: ("**Probably yes:**", "this"),
    Band.LIKELY: ("**Probably yes:**", "something like it"),
    # The same report in quite other words is often a weak match, so this is no "no".
    Band.WEAK: ("**Perhaps:**", "something related"),
}


def first_reports_first(hits: Iterable[Hit]) -> list[Hit]:
    """The most trusted hits first; among equals the oldest, where the matter began."""
    return sorted(hits, key=lambda hit: (TRUST[hit.band], hit.posted_at))


def answer_with(hit: Hit) -> str:
    """Whether it has been said before, by the first of the hits."""
    answer, what = ANSWERS[hit.band]
    posted = f"{discord.utils.format_dt(hit.posted_at, 'R')} in <#{hit.place.channel_id}>"
    if not is_document(hit):
        return f"{answer} {author(hit)} wrote {what} {posted}."
    name = escape(shortened(hit.filename, MOST_NAME_CHARS)) or "a document"
    return f"{answer} **{name}** says {what}; {author(hit)} posted it {posted}."
