"""Label sets over what a fake chat remembers, and what people said in them."""

from __future__ import annotations

from typing import Any

from engine.schemas import ItemKind, LabelOutcome, LabelSet, NewLabelClass, NewLabelSet
from tests.bot.conftest import FakeChat

ANIMALS = ("cat", "dog", "bird")


def animals(chat: FakeChat, *names: str, kind: ItemKind = ItemKind.TEXT, **more: Any) -> LabelSet:
    """A label set over what is remembered."""
    return chat.engine.labels.add_set(
        NewLabelSet(
            library_id=chat.standin.world.guild.id,
            name="Which animal?",
            kind=kind,
            classes=[NewLabelClass(name=name) for name in names or ANIMALS],
            **more,
        )
    )


async def posts(chat: FakeChat, count: int, channel: str = "general") -> None:
    """Texts to label."""
    await chat.remember(*[("Alice", channel, f"text number {n}") for n in range(count)])


def given(chat: FakeChat) -> list[tuple[str, LabelOutcome, list[str]]]:
    """What counts, oldest first: text, outcome and names of classes."""
    [labelset] = chat.engine.labels.sets.values()
    names = {each.class_id: each.name for each in labelset.classes}
    return [
        (
            chat.engine.items[label.item_id].text or "",
            label.outcome,
            [names[class_id] for class_id in label.class_ids],
        )
        for label in reversed(chat.engine.labels.counting(labelset.labelset_id))
    ]
