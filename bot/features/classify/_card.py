"""What something is, as people read it: choices with bars, and the examples that explain them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import discord
from discord import ui

from bot.features.classify._classifying import Classified, Example
from bot.places import jump_url
from bot.quote import escape, quote, shortened
from engine.schemas import Classification, NearestExample, Suggestion

MOST_CHOICES = 5
BAR_WIDTH = 10
QUOTED_CHARS = 160
EVEN = 0.5  # several classes may hold at once: those more likely than not


def title(classified: Classified) -> str:
    """The answer in a few words."""
    answer, labelset = classified.answer, classified.labelset
    if answer.none_of_these or not answer.choices:
        said = "None of these, as far as I can tell"
    else:
        several = labelset is not None and labelset.multi_label
        likely = [each for each in answer.choices if several and each.probability > EVEN]
        names = [f"**{escape(each.name)}**" for each in likely or answer.choices[:1]]
        said = f"I take this for {_listed(names)}"
    asked = f"\n-# {escape(labelset.name)}" if labelset is not None else ""
    return f"### {said}{asked}"


def choices(answer: Classification) -> str:
    """The likeliest classes with their probabilities."""
    lines = [_line(each) for each in answer.choices[:MOST_CHOICES]]
    if (more := len(answer.choices) - MOST_CHOICES) > 0:
        rest = sum(each.probability for each in answer.choices[MOST_CHOICES:])
        lines.append(f"-# and {more} more, {min(rest, 1.0):.0%} together")
    if answer.none_probability is not None:
        lines.append(f"{bar(answer.none_probability)} none of these")
    return "\n".join(lines)


def draw_example(number: int, example: Example) -> ui.Item[ui.LayoutView]:
    """A labelled example, its picture beside its class and place: at most three components."""
    text = _describe(number, example.nearest)
    if example.thumbnail is None:
        return ui.TextDisplay(text)
    return ui.Section(text, accessory=ui.Thumbnail(f"attachment://{filename(number)}"))


def files(shown: Sequence[Example]) -> list[discord.File]:
    """The pictures of the examples as attachments."""
    return [
        discord.File(io.BytesIO(each.thumbnail), filename=filename(number))
        for number, each in enumerate(shown, start=1)
        if each.thumbnail is not None
    ]


def filename(number: int) -> str:
    """The name of an example's picture as an attachment."""
    return f"example-{number}.webp"


def bar(probability: float) -> str:
    """A probability as a bar and in per cent."""
    full = round(probability * BAR_WIDTH)
    return f"{'▰' * full}{'▱' * (BAR_WIDTH - full)} **{probability:.0%}**"


def _describe(number: int, nearest: NearestExample) -> str:
    lines = [
        f"{number}. **{escape(nearest.class_name)}** · {nearest.similarity:.0%} alike",
        f"-# <#{nearest.place.channel_id}> · [jump]({jump_url(nearest.place)})",
    ]
    if nearest.passage:
        lines.insert(1, quote(nearest.passage, most_chars=QUOTED_CHARS))
    return "\n".join(lines)


def _line(choice: Suggestion) -> str:
    return f"{bar(choice.probability)} {escape(shortened(choice.name, 100))}"


def _listed(names: Sequence[str]) -> str:
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last
