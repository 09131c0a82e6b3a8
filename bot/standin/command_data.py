"""A person's input to a command, turned into the `data` of an interaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.standin import payloads
from bot.standin.command_rules import OptionType
from bot.standin.errors import Refused
from bot.standin.media_rendering import Reader
from bot.standin.permissions import channel_permissions, guild_permissions
from bot.standin.rendering import Renderer
from bot.standin.world import Attachment, Json, Message, World

MAX_STRING = 6000
"""https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-structure."""


@dataclass(slots=True)
class CommandInput:
    """What a person filled in: values by option name; files already stored."""

    path: Sequence[str] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Attachment] = field(default_factory=dict)
    focused: str | None = None


class CommandData:
    """Builds the `data` of command interactions, with everything it mentions resolved.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-resolved-data-structure
    """

    def __init__(self, world: World, renderer: Renderer) -> None:
        self._world = world
        self._renderer = renderer

    def slash(self, command: Json, given: CommandInput, reader: Reader) -> Json:
        """The data of a slash command or of its autocomplete (`given.focused`).

        Raises:
            Refused: an option is unknown, missing or of the wrong kind.
        """
        resolved: Json = {}
        declared, nested = _descend(command, given.path)
        options = self._options(declared, given, resolved, reader)
        for name, kind in reversed(nested):
            options = [{"name": name, "type": kind, "options": options}]
        return self._data(command) | {"options": options, "resolved": resolved}

    def message_menu(self, command: Json, target: Message, reader: Reader) -> Json:
        """The data of a message menu: the target whole, whatever the content intent says."""
        resolved = {"messages": {target.id: self._renderer.message(target, reader)}}
        return self._data(command) | {"target_id": target.id, "resolved": resolved}

    def user_menu(self, command: Json, user_id: str) -> Json:
        """The data of a user menu."""
        resolved: Json = {}
        self.resolve_user(user_id, resolved)
        return self._data(command) | {"target_id": user_id, "resolved": resolved}

    def resolve_user(self, user_id: str, resolved: Json) -> None:
        """Describe a member among the resolved data.

        Raises:
            Refused: there is no such member.
        """
        world = self._world
        if user_id not in world.users:
            raise Refused(f"There is nobody with the id {user_id} here.", status=404)
        resolved.setdefault("users", {})[user_id] = payloads.user(world.users[user_id])
        if user_id in world.members:
            partial = payloads.member(world, world.members[user_id], with_user=False)
            partial["permissions"] = str(int(guild_permissions(world, user_id)))
            resolved.setdefault("members", {})[user_id] = partial

    def resolve_channel(self, channel_id: str, user_id: str, resolved: Json) -> None:
        """Describe a channel among the resolved data.

        Raises:
            Refused: there is no such channel.
        """
        world = self._world
        channel = world.channels.get(channel_id)
        if channel is None:
            raise Refused(f"There is no channel with the id {channel_id}.", status=404)
        partial = payloads.channel(world, channel)
        partial["permissions"] = str(int(channel_permissions(world, user_id, channel)))
        resolved.setdefault("channels", {})[channel_id] = partial

    def resolve_role(self, role_id: str, resolved: Json) -> None:
        """Describe a role among the resolved data.

        Raises:
            Refused: there is no such role.
        """
        role = self._world.roles.get(role_id)
        if role is None:
            raise Refused(f"There is no role with the id {role_id}.", status=404)
        resolved.setdefault("roles", {})[role_id] = payloads.role(role)

    def _data(self, command: Json) -> Json:
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return data

    def _options(
        self, declared: Sequence[Json], given: CommandInput, resolved: Json, reader: Reader
    ) -> list[Json]:
        by_name = {one["name"]: one for one in declared}
        unknown = (set(given.values) | set(given.attachments)) - set(by_name)
        if unknown:
            raise Refused(f"This command has no option “{min(unknown)}”.")
        options = []
        for name, declaration in by_name.items():
            if name in given.attachments:
                value: Any = self._resolve_file(given.attachments[name], resolved, reader)
            elif name in given.values:
                value = self._value(declaration, given, resolved, reader)
            elif declaration.get("required") and given.focused is None:
                raise Refused(f"The option “{name}” is required.")
            else:
                continue
            option: Json = {"name": name, "type": declaration["type"], "value": value}
            if name == given.focused:
                option["focused"] = True
            options.append(option)
        return options

    def _value(
        self, declaration: Json, given: CommandInput, resolved: Json, reader: Reader
    ) -> object:
        value = given.values[declaration["name"]]
        if declaration["name"] == given.focused:
            return str(value)
        match declaration["type"]:
            case OptionType.USER:
                self.resolve_user(str(value), resolved)
            case OptionType.CHANNEL:
                self.resolve_channel(str(value), reader.user_id, resolved)
            case OptionType.ROLE:
                self.resolve_role(str(value), resolved)
            case OptionType.MENTIONABLE:
                is_role = str(value) in self._world.roles
                resolve = self.resolve_role if is_role else self.resolve_user
                resolve(str(value), resolved)
            case OptionType.ATTACHMENT:
                raise Refused(f"The option “{declaration['name']}” takes a file.")
            case _:
                return _checked(declaration, value)
        return str(value)

    def _resolve_file(self, stored: Attachment, resolved: Json, reader: Reader) -> str:
        described = self._renderer.attachment(stored, reader)
        resolved.setdefault("attachments", {})[stored.id] = described
        return stored.id


def _descend(command: Json, path: Sequence[str]) -> tuple[list[Json], list[tuple[str, int]]]:
    """Follow a path of sub-commands; give the innermost options and the way there."""
    options: list[Json] = command.get("options") or []
    nested: list[tuple[str, int]] = []
    for name in path:
        inner = next((one for one in options if one["name"] == name and one["type"] <= 2), None)
        if inner is None:
            raise Refused(f"The command /{command['name']} has no sub-command “{name}”.")
        nested.append((name, inner["type"]))
        options = inner.get("options") or []
    if any(one["type"] <= OptionType.SUB_COMMAND_GROUP for one in options):
        names = ", ".join(one["name"] for one in options)
        raise Refused(f"Choose a sub-command of /{command['name']}: {names}.")
    return options, nested


def _checked(declaration: Json, value: object) -> object:
    """What Discord's own client checks before it sends a plain value."""
    name = declaration["name"]
    if declaration["type"] == OptionType.BOOLEAN:
        return bool(value)
    if declaration["type"] in (OptionType.INTEGER, OptionType.NUMBER):
        try:
            number = float(str(value))
        except ValueError:
            raise Refused(f"The option “{name}” takes a number.") from None
        low, high = declaration.get("min_value"), declaration.get("max_value")
        if (low is not None and number < low) or (high is not None and number > high):
            raise Refused(f"The option “{name}” must be between {low} and {high}.")
        return int(number) if declaration["type"] == OptionType.INTEGER else number
    text = str(value)
    low, high = declaration.get("min_length", 0), declaration.get("max_length", MAX_STRING)
    if not low <= len(text) <= high:
        raise Refused(f"The option “{name}” takes {low} to {high} characters.")
    choices = declaration.get("choices")
    if choices and text not in {str(one["value"]) for one in choices}:
        raise Refused(f"“{text}” is not one of the choices of “{name}”.")
    return text
