"""How the classes of a set are offered on a card: few as buttons, many as lists and pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from engine.schemas import LabelClass, Suggestion

MOST_BUTTONS = 20
MOST_GUESSES = 5
MOST_CHOSEN = 10  # with the guesses, three rows of five buttons
LIST_LENGTH = 25
LISTS_A_PAGE = 4


@dataclass(frozen=True)
class Choices:
    """The classes on one page of a card.

    Attributes:
        buttons: one click each.
        lists: the rest by name, each as long as Discord allows at most.
        pages: how many pages of lists there are.
    """

    buttons: Sequence[LabelClass]
    lists: Sequence[Sequence[LabelClass]]
    pages: int


def offer(
    offered: Sequence[LabelClass],
    suggestions: Sequence[Suggestion],
    chosen: Collection[str] = (),
    page: int = 0,
) -> Choices:
    """How to offer classes.

    As long as all fit, each has its button, always in the same place, so that hands learn it.
    Beyond that, what is guessed or chosen has a button and everything is in the lists.

    Args:
        offered: the classes of the set that can be given.
        suggestions: the classifier's guesses, best first.
        chosen: ids of the classes chosen so far, where an item may have several.
        page: of the lists, from 0.
    """
    if len(offered) <= MOST_BUTTONS:
        return Choices(offered, [], pages=1)
    by_id = {each.class_id: each for each in offered}
    front = [*chosen, *(guess.class_id for guess in suggestions[:MOST_GUESSES])]
    buttons = [by_id[class_id] for class_id in dict.fromkeys(front) if class_id in by_id]
    by_name = sorted(offered, key=lambda each: each.name.casefold())
    lists = [by_name[start : start + LIST_LENGTH] for start in range(0, len(by_name), LIST_LENGTH)]
    pages = -(-len(lists) // LISTS_A_PAGE)
    first = page % pages * LISTS_A_PAGE
    return Choices(buttons, lists[first : first + LISTS_A_PAGE], pages)
