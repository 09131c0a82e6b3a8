"""Limits on application commands and on autocomplete choices that Discord enforces.

https://discord.com/developers/docs/interactions/application-commands
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import IntEnum

from bot.standin.problems import Problems
from bot.standin.world import Json

MAX_OPTIONS = 25
MAX_CHOICES = 25
MAX_PER_TYPE = {1: 100, 2: 15, 3: 15}
"""https://discord.com/developers/docs/interactions/application-commands#registering-a-command."""
_SLASH_NAME = re.compile(r"[-_'\w]{1,32}")
"""https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming."""


class CommandType(IntEnum):
    """Application command types."""

    SLASH = 1
    USER = 2
    MESSAGE = 3


class OptionType(IntEnum):
    """Option types of slash commands."""

    SUB_COMMAND = 1
    SUB_COMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


_NESTING = frozenset({OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP})


def check_commands(commands: Sequence[Json]) -> None:
    """Check what replaces all of an application's commands.

    Raises:
        ApiError: 50035 with every problem found.
    """
    problems = Problems()
    for kind, maximum in MAX_PER_TYPE.items():
        if sum(_kind(one) == kind for one in commands) > maximum:
            problems.add("_", "APPLICATION_COMMANDS_MAX", f"At most {maximum} commands of a type.")
    names = Counter((_kind(one), one.get("name")) for one in commands)
    if any(count > 1 for count in names.values()):
        problems.add(
            "_", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
        )
    for index, command in enumerate(commands):
        _check_command(command, str(index), problems)
    problems.raise_if_any()


def check_choices(data: Json) -> None:
    """Check autocomplete choices: at most 25, of at most 100 characters.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete

    Raises:
        ApiError: 50035 with every problem found.
    """
    problems = Problems()
    _check_choices(data.get("choices") or [], "data.choices", problems)
    problems.raise_if_any()


def _kind(command: Json) -> int:
    return int(command.get("type") or CommandType.SLASH)


def _check_command(command: Json, path: str, problems: Problems) -> None:
    if _kind(command) == CommandType.SLASH:
        _check_name(command, path, problems)
        _check_description(command, path, problems)
        _check_options(command.get("options") or [], f"{path}.options", problems)
        return
    for where, name in _in_each_language(command, "name", path):
        problems.length(where, name, 1, 32)
    if command.get("description"):
        problems.add(
            f"{path}.description",
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET",
            "Context menu commands cannot have description",
        )
    if command.get("options"):
        problems.add(
            f"{path}.options",
            "APPLICATION_COMMAND_CONTEXT_MENU_CANNOT_HAVE_OPTIONS",
            "Context menu commands cannot have options",
        )


def _check_name(named: Json, path: str, problems: Problems) -> None:
    for where, name in _in_each_language(named, "name", path):
        if not _SLASH_NAME.fullmatch(name) or name != name.lower():
            problems.add(
                where,
                "APPLICATION_COMMAND_INVALID_NAME",
                "Command name is invalid: 1 to 32 letters, digits, '-' or '_', in lower case",
            )


def _check_description(described: Json, path: str, problems: Problems) -> None:
    for where, description in _in_each_language(described, "description", path):
        problems.length(where, description, 1, 100)


def _in_each_language(given: Json, field: str, path: str) -> Iterator[tuple[str, str]]:
    """A name or description and its translations, which keep the same limits.

    https://discord.com/developers/docs/interactions/application-commands#localization
    """
    yield f"{path}.{field}", str(given.get(field) or "")
    for locale, translation in (given.get(f"{field}_localizations") or {}).items():
        yield f"{path}.{field}_localizations.{locale}", str(translation)


def _check_options(options: Sequence[Json], path: str, problems: Problems) -> None:
    if len(options) > MAX_OPTIONS:
        problems.too_long(path, MAX_OPTIONS)
    if any(count > 1 for count in Counter(one.get("name") for one in options).values()):
        problems.add(
            path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists"
        )
    optional_seen = False
    for index, option in enumerate(options):
        where = f"{path}.{index}"
        _check_name(option, where, problems)
        _check_description(option, where, problems)
        _check_choices(option.get("choices") or [], f"{where}.choices", problems)
        if option.get("type") in _NESTING:
            _check_options(option.get("options") or [], f"{where}.options", problems)
            continue
        if option.get("required") and optional_seen:
            problems.add(
                where,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")


def _check_choices(choices: Sequence[Json], path: str, problems: Problems) -> None:
    if len(choices) > MAX_CHOICES:
        problems.too_long(path, MAX_CHOICES)
    for index, choice in enumerate(choices):
        for where, name in _in_each_language(choice, "name", f"{path}.{index}"):
            problems.length(where, name, 1, 100)
        value = choice.get("value")
        if isinstance(value, str):
            problems.length(f"{path}.{index}.value", value, 1, 100)
