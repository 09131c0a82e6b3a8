"""The bot's registered commands: overwriting, listing, finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.standin.command_rules import CommandType, OptionType, check_commands
from bot.standin.errors import Refused
from bot.standin.events import Event, EventHub
from bot.standin.ids import Ids
from bot.standin.permissions import Permission, guild_permissions
from bot.standin.world import Json, World


class Commands:
    """Registering and listing."""

    def __init__(self, world: World, hub: EventHub, ids: Ids) -> None:
        self._world = world
        self._hub = hub
        self._ids = ids

    def replace(self, guild_id: str | None, requested: Sequence[Json]) -> list[Json]:
        """Overwrite the commands of one scope; a command that keeps its name keeps its id.

        Raises:
            ApiError: a command breaks a rule; nothing is changed then.
        """
        check_commands(requested)
        known = {(one["type"], one["name"]): one["id"] for one in self.listed(guild_id)}
        fresh = [self._registered(one, guild_id, known) for one in requested]
        others = [one for one in self._world.commands if one.get("guild_id") != guild_id]
        self._world.commands = others + fresh
        self._hub.publish(Event("COMMANDS", page_only=True))
        return fresh

    def listed(self, guild_id: str | None) -> list[Json]:
        """The commands of one scope: of a guild, or global ones (None)."""
        return [one for one in self._world.commands if one.get("guild_id") == guild_id]

    def usable_by(self, user_id: str) -> list[Json]:
        """What a member may use, by their server-wide permissions."""
        permissions = guild_permissions(self._world, user_id)
        return [one for one in self._world.commands if _may_use(one, permissions)]

    def find(self, user_id: str, wanted: str, kind: CommandType) -> Json:
        """A command that somebody may use, by id or name.

        Raises:
            Refused: there is none.
        """
        for command in self.usable_by(user_id):
            if command["type"] == kind and wanted in (command["id"], command["name"]):
                return command
        raise Refused(f"There is no command “{wanted}” here that you may use.", status=404)

    def file_options(self, user_id: str, wanted: str, path: Sequence[str]) -> set[str]:
        """The names of a slash command's options that take a file.

        Raises:
            Refused: there is no such command.
        """
        options: list[Json] = self.find(user_id, wanted, CommandType.SLASH).get("options") or []
        for name in path:
            inner = next((one for one in options if one["name"] == name), {})
            options = inner.get("options") or []
        return {one["name"] for one in options if one["type"] == OptionType.ATTACHMENT}

    def _registered(
        self, request: Json, guild_id: str | None, known: Mapping[tuple[int, str], str]
    ) -> Json:
        kind = int(request.get("type") or CommandType.SLASH)
        needed = request.get("default_member_permissions")
        command: Json = {
            "id": known.get((kind, request["name"])) or self._ids.new(),
            "application_id": self._world.application_id,
            "version": self._ids.new(),
            "type": kind,
            "name": request["name"],
            "name_localizations": request.get("name_localizations"),
            "description": request.get("description") or "",
            "description_localizations": request.get("description_localizations"),
            "default_member_permissions": None if needed is None else str(needed),
            "nsfw": bool(request.get("nsfw")),
            "contexts": request.get("contexts"),
            "integration_types": request.get("integration_types") or [0],
        }
        if kind == CommandType.SLASH:
            command["options"] = [_without_nulls(one) for one in request.get("options") or []]
        if guild_id is None:
            command["dm_permission"] = request.get("dm_permission", True)
        else:
            command["guild_id"] = guild_id
        return command


def _may_use(command: Json, permissions: Permission) -> bool:
    needed = command.get("default_member_permissions")
    if needed is None:
        return True
    return int(needed) != 0 and int(permissions) & int(needed) == int(needed)


def _without_nulls(option: Json) -> Json:
    kept = {key: value for key, value in option.items() if value is not None}
    if "options" in kept:
        kept["options"] = [_without_nulls(one) for one in kept["options"]]
    return kept
