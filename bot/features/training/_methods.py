"""Methods as people type them: names with commas between them."""

from __future__ import annotations

import re

from discord import app_commands

from bot.errors import NotUnderstood
from engine.schemas import TrainingMethod

MOST_CHOICE_CHARS = 100


def read_methods(typed: str) -> list[TrainingMethod]:
    """The methods named, each once; none when nothing was typed.

    Raises:
        NotUnderstood: one of the names is that of no method.
    """
    names = list(dict.fromkeys(re.findall(r"[\w-]+", typed.casefold())))
    try:
        return [TrainingMethod(name.replace("-", "_")) for name in names]
    except ValueError as error:
        known = ", ".join(f"`{method}`" for method in TrainingMethod)
        raise NotUnderstood(
            f"For `methods:` give names with commas between them: {known}. Left out, I choose "
            "what suits the set. I started no training."
        ) from error


def suggest_methods(typed: str) -> list[app_commands.Choice[str]]:
    """What was typed, with its last name completed in every way there is."""
    head, comma, begun = typed.rpartition(",")
    named = {name.strip().casefold() for name in head.split(",")}
    start, begun = f"{head}{comma} " if comma else "", begun.strip().casefold()
    completed = [
        f"{start}{method}"
        for method in TrainingMethod
        if begun in method.value and method.value not in named
    ]
    return [
        app_commands.Choice(name=each, value=each)
        for each in completed
        if len(each) <= MOST_CHOICE_CHARS
    ]
