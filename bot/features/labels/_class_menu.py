"""The classes of a set as lists to choose from: the guesses first, 25 a list as Discord allows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import discord

from bot.features.labels._choices import LIST_LENGTH, LISTS_A_PAGE
from bot.quote import shortened
from engine.schemas import LabelClass, Suggestion

OPTION_CHARS = 100
TITLE_CHARS = 60


@dataclass(frozen=True)
class ClassMenu:
    """The classes a person chooses from.

    Attributes:
        classes: all that there are to choose from, in the order of their creation.
        guesses: of the classifier, best first.
        wanted: only classes with this in their name.
        page: of the lists, from 0.
    """

    classes: Sequence[LabelClass]
    guesses: Sequence[Suggestion] = ()
    wanted: str = ""
    page: int = 0

    @cached_property
    def _order(self) -> Sequence[LabelClass]:
        """Guesses first; then few classes as they were created, many by name."""
        classes = list(self.classes)
        if self.is_long:
            classes.sort(key=lambda each: each.name.casefold())
        by_id = {each.class_id: each for each in classes}
        guessed = [each.class_id for each in self.guesses if each.class_id in by_id]
        wanted = self.wanted.strip().casefold()
        return [
            by_id[each]
            for each in dict.fromkeys([*guessed, *by_id])
            if wanted in by_id[each].name.casefold()
        ]

    @property
    def lists(self) -> list[Sequence[LabelClass]]:
        """The lists on this page."""
        first = self.page * LISTS_A_PAGE * LIST_LENGTH
        shown = self._order[first : first + LISTS_A_PAGE * LIST_LENGTH]
        return [shown[start : start + LIST_LENGTH] for start in range(0, len(shown), LIST_LENGTH)]

    @property
    def pages(self) -> int:
        """How many pages of lists there are."""
        return max(1, -(-len(self._order) // (LIST_LENGTH * LISTS_A_PAGE)))

    @property
    def is_long(self) -> bool:
        """Whether there are more classes than one list holds."""
        return len(self.classes) > LIST_LENGTH

    def title(self, classes: Sequence[LabelClass], otherwise: str) -> str:
        """What stands on a list: from where to where it goes, or `otherwise` on the only one."""
        first, last = (
            shortened(classes[0].name, TITLE_CHARS),
            shortened(classes[-1].name, TITLE_CHARS),
        )
        return f"{first} – {last}" if self.is_long else otherwise

    def options(
        self, classes: Sequence[LabelClass], chosen: Collection[str] = ()
    ) -> list[discord.SelectOption]:
        """A list's entries."""
        sure = {guess.class_id: guess.probability for guess in self.guesses}
        return [
            discord.SelectOption(
                label=each.name,
                value=each.class_id,
                description=_described(each, sure.get(each.class_id)),
                emoji="💡" if each.class_id in sure else None,
                default=each.class_id in chosen,
            )
            for each in classes
        ]


def _described(each: LabelClass, probability: float | None) -> str | None:
    guess = "" if probability is None else f"my guess, {probability:.0%}"
    facts = " · ".join(fact for fact in (guess, each.description) if fact)
    return shortened(facts, OPTION_CHARS) or None
