"""Secrets that lie in files, as container runtimes hand them over."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

from bot.shell.failures import ShellFailure

SECRETS = (
    "BOT_DISCORD_TOKEN",
    "BOT_ENGINE_TOKEN",
    "ENGINE_BOT_TOKEN",
    "ENGINE_OWNER_TOKEN",
    "ENGINE_QDRANT_API_KEY",
)
"""The settings that are secrets; each may be given as a file by the same name and ``_FILE``."""


def take_secrets(environment: MutableMapping[str, str]) -> None:
    """Replaces each ``…_FILE`` by the setting itself, with what the file says.

    The parts that a command starts inherit the setting, and never look for the file.

    Raises:
        ShellFailure: a file cannot be read or is empty, or a secret is given twice.
    """
    for name in SECRETS:
        path = environment.pop(f"{name}_FILE", "")
        if path and environment.get(name):
            raise ShellFailure(f"{name} and {name}_FILE are both set. Unset one of them.")
        if path:
            environment[name] = _secret(f"{name}_FILE", Path(path))


def _secret(variable: str, path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ShellFailure(
            f"{path}, which {variable} names, cannot be read ({reason}). "
            "Check that it is there and readable by the user Magpie runs as."
        ) from error
    if not secret:
        raise ShellFailure(f"{path}, which {variable} names, is empty. Write the secret into it.")
    return secret
