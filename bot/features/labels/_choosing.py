"""How far somebody has come in saying what something is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.features.labels._class_menu import ClassMenu
from bot.features.labels._receipt import Receipt
from bot.features.labels._targets import Target, many
from bot.quote import escape, shortened
from engine.schemas import LabelSet, Suggestion

DESCRIPTION_CHARS = 300


@dataclass
class Choosing:
    """What is being labelled, by which set, and what has been chosen so far.

    Attributes:
        targets: what can be labelled.
        sets: those the person may label for, of the targets' kinds.
        target: the one to be labelled now; None: all that the set is about.
        labelset: the set chosen now.
        menu: its classes.
        classes: ids of those chosen, where an item may have several.
        receipt: of the labels given last, as long as they can be taken back here.
        note: what went otherwise than expected.
    """

    targets: Sequence[Target]
    sets: Sequence[LabelSet]
    target: Target | None
    labelset: LabelSet = field(init=False)
    menu: ClassMenu = field(init=False)
    classes: list[str] = field(default_factory=list)
    receipt: Receipt | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Begins with the first set that takes what is labelled."""
        self.use_set(self.sets_now[0].labelset_id)

    @property
    def sets_now(self) -> list[LabelSet]:
        """The sets that take what is labelled now."""
        return [each for each in self.sets if self.target is None or each.kind is self.target.kind]

    @property
    def targets_now(self) -> list[Target]:
        """What the next class is given to."""
        if self.target is not None:
            return [self.target]
        return [each for each in self.targets if each.kind is self.labelset.kind]

    def turn_to(self, item_id: str) -> None:
        """Turns to another target, or to all where no target has this id.

        Keeps to the set where that takes it.
        """
        self.target = next((each for each in self.targets if each.item_id == item_id), None)
        self.use_set(self.labelset.labelset_id)

    def turn_to_next(self) -> bool:
        """Turns from one target to the one after it; False when there is none."""
        if self.target is None or self.target is self.targets[-1]:
            self.classes = []
            return False
        following = self.targets[self.targets.index(self.target) + 1]
        note = self.note
        self.turn_to(following.item_id)
        self.note = note
        return True

    def use_set(self, labelset_id: str) -> None:
        """Chooses a set; the first that takes what is labelled, where that one does not."""
        sets = self.sets_now
        self.labelset = next((each for each in sets if each.labelset_id == labelset_id), sets[0])
        self.menu = ClassMenu(self.labelset.offered)
        self.classes, self.note = [], ""

    def guess(self, guesses: Sequence[Suggestion]) -> None:
        """Puts the classifier's guesses first."""
        self.menu = replace(self.menu, guesses=guesses)

    def choose(self, listed: Sequence[str], chosen: Sequence[str]) -> None:
        """Takes what is chosen in one list of classes, and leaves the other lists as they are."""
        self.classes = [each for each in self.classes if each not in listed] + list(chosen)

    def turn_page(self) -> None:
        """Shows the classes that found no room."""
        self.menu = replace(self.menu, page=(self.menu.page + 1) % self.menu.pages)

    def find(self, wanted: str) -> None:
        """Shows only the classes with this in their name; all of them where there are none."""
        found = replace(self.menu, wanted=wanted, page=0)
        self.note = ""
        if not found.lists:
            found = replace(found, wanted="")
            self.note = f"No class has “{escape(wanted)}” in its name, so I show all."
        self.menu = found

    def head(self) -> str:
        """What is asked, and what was done so far, as Discord markdown."""
        targets = self.targets_now
        what = targets[0].name if self.target else f"these {many(len(targets), self.labelset.kind)}"
        described = escape(shortened(self.labelset.description, DESCRIPTION_CHARS))
        lines = [
            f"### What {'are' if len(targets) > 1 else 'is'} {what}?",
            f"**{escape(self.labelset.name)}** {described}",
        ]
        if self.menu.wanted:
            lines.append(f"-# Only classes with “{escape(self.menu.wanted)}” in their name")
        if self.receipt is not None:
            lines.append(f"✅ {self.receipt.text}")
        if self.note:
            lines.append(f"⚠️ {self.note}")
        return "\n".join(lines)
