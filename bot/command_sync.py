"""Registers the commands with Discord, only when they differ from what is registered.

Discord grants 200 creations a day, so the tree is not sent at every start. The bot keeps no
files: the hash of the tree is compared with the hash of what Discord itself has registered.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord import app_commands

log = logging.getLogger(__name__)

COMPARED = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "type",
    "options",
    "choices",
    "value",
    "required",
    "autocomplete",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "default_member_permissions",
    "nsfw",
)


class CommandMentions:
    """Clickable mentions of the commands, once Discord has given them ids."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def learn(self, ids: Mapping[str, int]) -> None:
        """Takes over the id of each command by its name."""
        self._ids = dict(ids)

    def of(self, name: str) -> str:
        """A mention of a command such as ``library watch``; plain text while ids are unknown."""
        command_id = self._ids.get(name.split(maxsplit=1)[0])
        return f"</{name}:{command_id}>" if command_id else f"`/{name}`"


async def sync_commands(
    tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake | None
) -> dict[str, int]:
    """Registers the tree where it has changed.

    Args:
        tree: the commands as this version has them.
        guild: the server to register them in; None registers them everywhere.

    Returns:
        The id of each slash command by its name.
    """
    registered = await _registered(tree, guild)
    wanted = [await payload(command, tree) for command in tree.get_commands(guild=guild)]
    if fingerprint(registered) != fingerprint(wanted):
        log.info("The commands have changed; registering %d of them", len(wanted))
        return {command.name: command.id for command in await tree.sync(guild=guild)}
    return {command["name"]: int(command["id"]) for command in registered}


async def payload(
    command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | app_commands.Group,
    tree: app_commands.CommandTree[Any],
) -> dict[str, Any]:
    """A command as it is registered, translations included."""
    if tree.translator is None:
        return command.to_dict(tree)
    return await command.get_translated_payload(tree, tree.translator)


async def _registered(
    tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake | None
) -> list[Any]:
    """What Discord has; its translations as well, for which discord.py's own call does not ask."""
    application_id = tree.client.application_id
    if application_id is None:
        raise RuntimeError("commands are synchronised after the login")
    scope = f"/guilds/{guild.id}" if guild is not None else ""
    route = discord.http.Route(
        "GET", f"/applications/{{application_id}}{scope}/commands", application_id=application_id
    )
    commands: list[Any] = await tree.client.http.request(
        route, params={"with_localizations": "true"}
    )
    return commands


def fingerprint(commands: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over what matters of a set of commands, in whatever order they come."""
    canonical = sorted(json.dumps(_canonical(command), sort_keys=True) for command in commands)
    return hashlib.sha256("\n".join(canonical).encode()).hexdigest()


def _canonical(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload without what Discord adds, and without defaults either side leaves out.

    Contexts are the same for every command here, and Discord does not repeat them for those of a
    single server.
    """
    kept: dict[str, Any] = {}
    for name in COMPARED:
        value = payload.get(name)
        if value in (None, False, "", [], {}):
            continue
        if name in ("options", "choices"):
            value = [_canonical(each) for each in value]
        elif name == "channel_types":
            value = sorted(value)
        elif name == "default_member_permissions":
            value = str(value)
        kept[name] = value
    return kept
