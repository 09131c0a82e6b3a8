"""Who posted something, as Discord shows it."""

from __future__ import annotations

from typing import Protocol

from bot.quote import escape


class Authored(Protocol):
    """Something that somebody posted."""

    @property
    def author_id(self) -> str:
        """Discord's id of the person, or something else where it came from elsewhere."""
        ...

    @property
    def author_name(self) -> str:
        """The name they had then."""
        ...


def author(posted: Authored) -> str:
    """Who posted it, as a mention where they can be mentioned."""
    if posted.author_id.isdigit():
        return f"<@{posted.author_id}>"
    return escape(posted.author_name) or "somebody"
