"""What a button or list of a session's card says when it is pressed.

All of it stands in the custom id, so that a card works as long as Discord shows it: across
restarts of bot and engine, and next to newer cards.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from engine.schemas import Draw, LabelClass

PREFIX = "label"
DIGEST_CHARS = 12
UNKNOWN_DRAW = "-"


class Verb(StrEnum):
    """What pressing means."""

    CLASS = "c"
    LIST = "l"
    SAVE = "v"
    SKIP = "s"
    UNSURE = "u"
    UNDO = "z"
    PAGE = "p"


CUSTOM_ID = re.compile(
    rf"{PREFIX}:(?P<verb>[{''.join(Verb)}]):(?P<labelset>[^:]+):(?P<item>[^:]*)"
    rf":(?P<drawn>[{''.join(draw[0] for draw in Draw)}{UNKNOWN_DRAW}]):(?P<argument>\w*)"
)


@dataclass(frozen=True)
class Press:
    """A press on the card of one item.

    Attributes:
        item_id: the item on the card; empty where there was none left.
        drawn: why the item was shown, where that is known.
        argument: a class by its digest, the number of a list, or of a page.
    """

    verb: Verb
    labelset_id: str
    item_id: str
    drawn: Draw | None
    argument: str = ""

    @property
    def custom_id(self) -> str:
        """The id of the button: at most 100 characters for ids of 36, as the engine's are."""
        drawn = self.drawn[0] if self.drawn else UNKNOWN_DRAW
        return f"{PREFIX}:{self.verb}:{self.labelset_id}:{self.item_id}:{drawn}:{self.argument}"

    @classmethod
    def of(cls, custom_id: re.Match[str]) -> Press:
        """The press that a match of `CUSTOM_ID` stands for."""
        letter = custom_id["drawn"]
        return cls(
            Verb(custom_id["verb"]),
            custom_id["labelset"],
            custom_id["item"],
            next((draw for draw in Draw if draw[0] == letter), None),
            custom_id["argument"],
        )


def digest(class_id: str) -> str:
    """Stands for a class where its whole id has no room; two of a set are never alike."""
    return hashlib.sha256(class_id.encode()).hexdigest()[:DIGEST_CHARS]


def class_of(argument: str, classes: list[LabelClass]) -> LabelClass:
    """The class that a digest stands for, or what it was merged into since.

    Raises:
        KeyError: the set has no such class.
    """
    by_id = {each.class_id: each for each in classes}
    found = {digest(class_id): each for class_id, each in by_id.items()}[argument]
    while found.merged_into is not None:
        found = by_id[found.merged_into]
    return found
