"""`magpie` without a command means `magpie up`."""

from __future__ import annotations

OWN_OPTIONS = frozenset({"--help", "-h", "--version"})


def with_default_command(arguments: list[str]) -> list[str]:
    """Puts `up` in front of arguments that name no command."""
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in OWN_OPTIONS):
        return ["up", *arguments]
    return arguments
