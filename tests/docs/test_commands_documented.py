"""The page of commands and the commands agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from bot.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
OF_EVERY_COMMAND = {"--data", "--verbose", "-v"}


def _commands() -> dict[str, TyperCommand]:
    """Every command by its words: `index`, `label import`."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return dict(_below(group, ""))


def _below(group: TyperGroup, words: str) -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _below(command, f"{words}{name} ")
        else:
            assert isinstance(command, TyperCommand)
            yield f"{words}{name}", command


def _documented() -> dict[str, set[str]]:
    """The options in each section's table, by command."""
    sections = re.split(r"^## `magpie ([a-z]+(?: [a-z]+)?).*$", PAGE, flags=re.MULTILINE)[1:]
    return {
        name: {
            flag
            for row in text.splitlines()
            if row.startswith("| `-")
            for flag in re.findall(r"(?<![\w-])--?[a-z][\w-]*", row.split(" | ")[0])
        }
        for name, text in zip(sections[::2], sections[1::2], strict=True)
    }


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    """People could not find a command, or would read of one that is gone."""
    assert set(_documented()) == set(_commands())


@pytest.mark.parametrize("name", list(_commands()))
def test_every_option_is_in_its_table(name: str) -> None:
    """People could not find an option, or would use one that is gone."""
    options = {
        flag
        for parameter in _commands()[name].params
        if not getattr(parameter, "hidden", False) and parameter.param_type_name == "option"
        for flag in (*parameter.opts, *parameter.secondary_opts)
    }
    assert _documented()[name] == options - OF_EVERY_COMMAND
    assert options >= OF_EVERY_COMMAND


@pytest.mark.parametrize("name", list(_commands()))
def test_every_command_shows_an_example(name: str) -> None:
    """`--help` would explain every option and not how to begin."""
    assert f"magpie {name}" in (_commands()[name].help or "").partition("Example: ")[2]
