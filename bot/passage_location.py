"""Where in its item a passage stands, in words; the same in chat and at the shell."""

from __future__ import annotations

from engine.schemas import PassageLocation


def describe_location(location: PassageLocation) -> str:
    """For example "page 12 · Setup › Network"; empty when nothing is known."""
    facts = [
        "read in the picture" if location.in_picture else "",
        f"page {location.page}" if location.page else "",
        f"line {location.line}" if location.line else "",
        location.heading,
    ]
    return " · ".join(fact for fact in facts if fact)
