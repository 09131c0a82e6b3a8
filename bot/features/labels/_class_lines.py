"""Classes as people type them into a form: one a line, its description behind a colon."""

from __future__ import annotations

from bot.errors import NotUnderstood
from bot.quote import escape, shortened
from engine.schemas import NewLabelClass

MOST_NAME_CHARS = 100
MOST_DESCRIPTION_CHARS = 1_000
SEPARATOR = ": "


def read_classes(text: str) -> list[NewLabelClass]:
    """The classes that lines such as ``cat: small, has whiskers`` stand for.

    Raises:
        NotUnderstood: a name or a description is too long; nothing was changed.
    """
    return [_read(line) for line in text.splitlines() if line.strip()]


def _read(line: str) -> NewLabelClass:
    name, _, description = (part.strip() for part in line.strip().partition(SEPARATOR))
    for what, said, most in (
        ("name", name, MOST_NAME_CHARS),
        ("description", description, MOST_DESCRIPTION_CHARS),
    ):
        if len(said) > most:
            raise NotUnderstood(
                f"“{escape(shortened(said, 60))}” has {len(said)} characters; the {what} of a "
                f"class takes up to {most}. Nothing was changed."
            )
    return NewLabelClass(name=name, description=description)
