"""The card of a labelling session: one picture or passage, and everything to answer it with."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import discord
from discord import ui
from discord.utils import as_chunks

from bot.command_sync import CommandMentions
from bot.features.labels._choices import Choices, offer
from bot.features.labels._controls import CardControl, button, choice_list
from bot.features.labels._press import CUSTOM_ID, Press, Verb, digest
from bot.places import jump_url
from bot.quote import escape, quote, shortened
from bot.ui import Tone
from engine.schemas import Card, Draw, Item, ItemKind, LabelClass, LabelSet, SessionProgress

QUOTED_CHARS = 1_200
DESCRIPTION_CHARS = 300
BUTTON_CHARS = 80
OPTION_CHARS = 100
FILENAME_CHARS = 80
GUESSES_TOLD = 3
ROW = 5
PICTURE = "card.webp"

KINDS = {ItemKind.IMAGE: "pictures", ItemKind.TEXT: "messages and documents"}
REASONS = {
    Draw.RANDOM: "drawn at random, so that the score stays honest",
    Draw.CLUSTER: "stands for many that look alike",
    Draw.UNCERTAIN: "the classifier cannot decide",
    Draw.DISAGREEMENT: "people disagree about it",
}


@dataclass(frozen=True)
class Dealt:
    """A card in somebody's hand.

    Attributes:
        card: what the engine gave; without an item when nothing is left.
        picture: WebP of a picture.
        chosen: ids of the classes chosen so far, where an item may have several.
        page: of the lists of classes.
        note: what to say about the answer before, if anything.
    """

    labelset: LabelSet
    card: Card
    picture: bytes | None = None
    chosen: Sequence[str] = ()
    page: int = 0
    note: str = ""

    @property
    def item(self) -> Item:
        """What is to be labelled."""
        assert self.card.item is not None
        return self.card.item

    @property
    def item_id(self) -> str:
        """The item's id; empty where nothing is left."""
        return self.card.item.item_id if self.card.item is not None else ""

    @property
    def files(self) -> list[discord.File]:
        """The picture as an attachment."""
        if self.picture is None:
            return []
        return [discord.File(io.BytesIO(self.picture), filename=PICTURE)]

    @cached_property
    def choices(self) -> Choices:
        """How the classes are offered."""
        return offer(self.labelset.offered, self.card.suggestions, self.chosen, self.page)

    def press(self, verb: Verb, argument: str = "") -> Press:
        """What a control of this card means."""
        return Press(verb, self.labelset.labelset_id, self.item_id, self.card.drawn, argument)


class CardView(ui.LayoutView):
    """A card as Discord shows it.

    It takes at most 38 of the 40 components Discord allows: the frame, four texts and pictures, 15
    buttons in three rows, four lists in rows of their own, a line, and five buttons below.
    """

    def __init__(self, dealt: Dealt) -> None:
        super().__init__(timeout=None)
        frame: ui.Container[ui.LayoutView] = ui.Container(accent_colour=int(Tone.PLAIN))
        frame.add_item(ui.TextDisplay(_head(dealt)))
        if dealt.picture is not None:
            gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
            gallery.add_item(media=f"attachment://{PICTURE}")
            frame.add_item(gallery)
        frame.add_item(ui.TextDisplay(_facts(dealt)))
        for row in as_chunks(_class_buttons(dealt), ROW):
            frame.add_item(ui.ActionRow(*row))
        for each in _class_lists(dealt):
            frame.add_item(ui.ActionRow(each))
        frame.add_item(ui.Separator())
        frame.add_item(ui.ActionRow(*_other_buttons(dealt)))
        frame.add_item(ui.TextDisplay(f"-# {describe_progress(dealt.card.progress)}"))
        self.add_item(frame)


class NothingLeft(ui.LayoutView):
    """What is shown when everything is answered: that it is, and what would help next."""

    def __init__(self, dealt: Dealt, mentions: CommandMentions) -> None:
        super().__init__(timeout=None)
        frame: ui.Container[ui.LayoutView] = ui.Container(accent_colour=int(Tone.GOOD))
        frame.add_item(ui.TextDisplay(_head(dealt)))
        frame.add_item(ui.TextDisplay(_what_helps_next(dealt, mentions)))
        if dealt.card.progress.yours:
            frame.add_item(ui.ActionRow(button(dealt.press(Verb.UNDO), "Undo", emoji="↩️")))
        self.add_item(frame)


def describe_progress(progress: SessionProgress) -> str:
    """How far the person and the team have come."""
    return f"{progress.yours} by you · {progress.labelled} of {progress.total} labelled by the team"


def chosen_in(message: discord.Message, classes: Collection[LabelClass]) -> list[str]:
    """The ids of the classes whose buttons are green on a card."""
    green = {
        found["argument"]
        for part in ui.LayoutView.from_message(message).walk_children()
        if isinstance(part, ui.Button)
        and part.style is discord.ButtonStyle.success
        and (found := CUSTOM_ID.fullmatch(part.custom_id or ""))
        and found["verb"] == Verb.CLASS
    }
    return [each.class_id for each in classes if digest(each.class_id) in green]


def _head(dealt: Dealt) -> str:
    labelset = dealt.labelset
    lines = [f"### {escape(labelset.name)}"]
    if labelset.description:
        lines.append(escape(shortened(labelset.description, DESCRIPTION_CHARS)))
    if dealt.note:
        lines.insert(0, dealt.note)
    return "\n".join(lines)


def _what_helps_next(dealt: Dealt, mentions: CommandMentions) -> str:
    progress, kind = dealt.card.progress, KINDS[dealt.labelset.kind]
    if progress.total == 0:
        return (
            f"There is nothing to label: I remember no {kind} that you may read. An admin can have "
            f"channels remembered with {mentions.of('library watch')}."
        )
    return (
        f"You have answered everything there is for you: {describe_progress(progress)}."
        f"\n\n**What helps next:** somebody else who answers the same {kind}, so that it shows "
        f"where people differ; {mentions.of('labels progress')}, which says which classes are "
        "short of examples; and more channels to draw from."
    )


def _facts(dealt: Dealt) -> str:
    item = dealt.item
    where = (
        f"-# <#{item.place.channel_id}> · {discord.utils.format_dt(item.posted_at, 'R')}"
        f" · [jump]({jump_url(item.place)})"
    )
    if dealt.card.drawn is not None:
        where += f" · {REASONS[dealt.card.drawn]}"
    lines = [where]
    if dealt.card.passage:
        lines.insert(0, quote(dealt.card.passage, most_chars=QUOTED_CHARS))
    if item.kind is ItemKind.TEXT and item.filename:
        lines.insert(0, f"📄 **{escape(shortened(item.filename, FILENAME_CHARS))}**")
    if guesses := dealt.card.suggestions[:GUESSES_TOLD]:
        told = " · ".join(f"{escape(each.name)} {each.probability:.0%}" for each in guesses)
        lines.append(f"I guess: {told}")
    return "\n".join(lines)


def _class_buttons(dealt: Dealt) -> list[CardControl]:
    guessed = dealt.card.suggestions[0].class_id if dealt.card.suggestions else None
    return [
        button(
            dealt.press(Verb.CLASS, digest(each.class_id)),
            shortened(each.name, BUTTON_CHARS),
            style=_style(each, dealt.chosen, guessed),
        )
        for each in dealt.choices.buttons
    ]


def _style(each: LabelClass, chosen: Sequence[str], guessed: str | None) -> discord.ButtonStyle:
    if each.class_id in chosen:
        return discord.ButtonStyle.success
    if each.class_id == guessed:
        return discord.ButtonStyle.primary
    return discord.ButtonStyle.secondary


def _class_lists(dealt: Dealt) -> Iterator[CardControl]:
    for number, classes in enumerate(dealt.choices.lists):
        options = [
            discord.SelectOption(
                label=each.name,
                value=digest(each.class_id),
                description=shortened(each.description, OPTION_CHARS) or None,
            )
            for each in classes
        ]
        first, last = shortened(classes[0].name, 60), shortened(classes[-1].name, 60)
        yield choice_list(dealt.press(Verb.LIST, str(number)), options, f"{first} – {last}")


def _other_buttons(dealt: Dealt) -> Iterator[CardControl]:
    if dealt.labelset.multi_label:
        yield button(
            dealt.press(Verb.SAVE),
            f"Save {len(dealt.chosen)}" if dealt.chosen else "Save",
            style=discord.ButtonStyle.primary,
            emoji="✅",
            disabled=not dealt.chosen,
        )
    yield button(dealt.press(Verb.SKIP), "Skip", emoji="⏩")
    yield button(dealt.press(Verb.UNSURE), "Unsure", emoji="🤷")
    yield button(dealt.press(Verb.UNDO), "Undo", emoji="↩️")
    if dealt.choices.pages > 1:
        following = (dealt.page + 1) % dealt.choices.pages
        label = f"Classes, page {following + 1} of {dealt.choices.pages}"
        yield button(dealt.press(Verb.PAGE, str(following)), label, emoji="▶️")
