"""What people do with the bot: commands, menus, buttons, selects, forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.standin import components
from bot.standin.asked import Asked
from bot.standin.command_data import CommandInput
from bot.standin.command_rules import CommandType
from bot.standin.components import SELECTS, ComponentType
from bot.standin.errors import Refused
from bot.standin.exchange import Exchange, InteractionType
from bot.standin.files import Upload
from bot.standin.forms import Forms, store_input
from bot.standin.media_rendering import Reader
from bot.standin.permissions import Permission
from bot.standin.person import ChannelRef, as_upload
from bot.standin.talking import Talking
from bot.standin.world import Channel, Json, Message

AUTOCOMPLETE_PATIENCE_S = 4.0


class Human(Talking):
    """A person with every verb; the page and the tests act through this class."""

    async def slash(
        self,
        channel: ChannelRef,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        nonce: str | None = None,
    ) -> Asked:
        """Use a slash command.

        Args:
            channel: where.
            command: its name or id, then sub-commands, e.g. `"library watch"`.
            options: values by option name; people, channels and roles by id, files as `Upload`,
                `Path` or (name, bytes).
            nonce: comes back in the events.

        Raises:
            Refused: no such command, or an option is missing or wrong.
        """
        place = self._commandable(channel)
        registered, given = await self._input(command, options or {})
        data = self._services.command_data.slash(registered, given, Reader(self.id))
        name = " ".join([registered["name"], *given.path])
        return self._ask(InteractionType.COMMAND, place, data, name=name, nonce=nonce)

    async def autocomplete(
        self,
        channel: ChannelRef,
        command: str,
        focused: str,
        options: Mapping[str, Any] | None = None,
    ) -> list[Json]:
        """What the bot suggests for the option `focused`; nothing when it does not answer."""
        place = self._commandable(channel)
        filled = {focused: ""} | dict(options or {})
        registered, given = await self._input(command, filled, focused)
        data = self._services.command_data.slash(registered, given, Reader(self.id))
        asked = self._ask(InteractionType.AUTOCOMPLETE, place, data, name=registered["name"])
        exchange = asked.exchange
        await self._services.pulse.until(
            lambda: exchange.choices is not None or exchange.failure,
            timeout_s=AUTOCOMPLETE_PATIENCE_S,
        )
        return exchange.choices or []

    async def menu(self, message: Message, command: str, *, nonce: str | None = None) -> Asked:
        """Use a message menu command (Apps → …) on a message.

        Raises:
            Refused: no such command.
        """
        place = self._commandable(message.channel_id)
        registered = self._services.commands.find(self.id, command, CommandType.MESSAGE)
        data = self._services.command_data.message_menu(registered, message, Reader(self.id))
        return self._ask(InteractionType.COMMAND, place, data, name=registered["name"], nonce=nonce)

    async def user_menu(
        self, channel: ChannelRef, user_id: str, command: str, *, nonce: str | None = None
    ) -> Asked:
        """Use a user menu command on somebody.

        Raises:
            Refused: no such command.
        """
        place = self._commandable(channel)
        registered = self._services.commands.find(self.id, command, CommandType.USER)
        data = self._services.command_data.user_menu(registered, user_id)
        return self._ask(InteractionType.COMMAND, place, data, name=registered["name"], nonce=nonce)

    async def click(self, message: Message, wanted: str, *, nonce: str | None = None) -> Asked:
        """Click a button, named by its custom id or its label.

        Raises:
            Refused: no such button, or it is switched off.
        """
        button = self._component(message, {ComponentType.BUTTON}, wanted)
        return self._use(message, button, {}, nonce)

    async def select(
        self,
        message: Message,
        values: Sequence[str],
        wanted: str | None = None,
        *,
        nonce: str | None = None,
    ) -> Asked:
        """Choose in a select, named by its custom id or placeholder; the only one by default.

        Raises:
            Refused: no such select, or the values are not on offer.
        """
        select = self._component(message, SELECTS, wanted)
        if not select["min_values"] <= len(values) <= select["max_values"]:
            raise Refused(
                f"Choose {select['min_values']} to {select['max_values']} entries of the list."
            )
        return self._use(message, select, self._forms().selected(select, values), nonce)

    async def submit(
        self, modal: Asked | str, values: Mapping[str, Any], *, nonce: str | None = None
    ) -> Asked:
        """Send off a form.

        Args:
            modal: what opened it, or its id.
            values: by custom id: a text, a list of chosen values, or a list of files.
            nonce: comes back in the events.

        Raises:
            Refused: the form is closed, or a required field is empty.
        """
        shown = self._services.interactions.modal(
            modal if isinstance(modal, str) else modal.id, self.id
        )
        form, forms = shown.modal or {}, self._forms()
        resolved: Json = {}
        filled = [await forms.filled(one, values, resolved) for one in form["components"]]
        data: Json = {
            "custom_id": form["custom_id"],
            "components": filled,
            "resolved": resolved,
        }
        place = self._services.world.channels[shown.channel_id]
        return self._ask(
            InteractionType.MODAL_SUBMIT,
            place,
            data,
            name=shown.name,
            nonce=nonce,
            source=self._source(shown),
            triggered_by=shown,
        )

    def _commandable(self, channel: ChannelRef) -> Channel:
        place = self.channel(channel)
        if not self.may(place, Permission.USE_APPLICATION_COMMANDS):
            raise Refused("You may not use commands in this channel.", status=403)
        return place

    async def _input(
        self, command: str, options: Mapping[str, Any], focused: str | None = None
    ) -> tuple[Json, CommandInput]:
        name, *path = command.removeprefix("/").split()
        registered = self._services.commands.find(self.id, name, CommandType.SLASH)
        values = {key: value for key, value in options.items() if not _is_file(value)}
        attachments = {
            key: await store_input(self._services, as_upload(value))
            for key, value in options.items()
            if _is_file(value)
        }
        return registered, CommandInput(path, values, attachments, focused)

    def _component(
        self,
        message: Message,
        kinds: frozenset[ComponentType] | set[ComponentType],
        wanted: str | None,
    ) -> Json:
        if not self.sees_message(message):
            raise Refused("This message does not exist any more.", status=404)
        candidates = [c for c in components.walk(message.components) if c["type"] in kinds]
        names = ("custom_id", "label", "placeholder")
        found = [c for c in candidates if wanted is None or wanted in [c.get(n) for n in names]]
        if not found:
            raise Refused(f"This message has no “{wanted}”.", status=404)
        if found[0].get("disabled") or "custom_id" not in found[0]:
            raise Refused("This cannot be used at the moment.")
        return found[0]

    def _use(self, message: Message, component: Json, more: Json, nonce: str | None) -> Asked:
        data: Json = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        } | more
        name = (message.interaction or {}).get("name", "")
        place = self._services.world.channels[message.channel_id]
        return self._ask(
            InteractionType.COMPONENT, place, data, name=name, nonce=nonce, source=message
        )

    def _forms(self) -> Forms:
        return Forms(self._services, self.id)

    def _source(self, exchange: Exchange) -> Message | None:
        if exchange.source_id is None:
            return None
        return self._services.world.find_message(exchange.channel_id, exchange.source_id)

    def _ask(
        self,
        kind: InteractionType,
        channel: Channel,
        data: Json,
        *,
        name: str,
        nonce: str | None = None,
        source: Message | None = None,
        triggered_by: Exchange | None = None,
    ) -> Asked:
        exchange = self._services.interactions.start(
            kind,
            self.id,
            channel,
            data,
            name=name,
            nonce=nonce,
            source=source,
            triggered_by=triggered_by,
        )
        return Asked(self._services, exchange)


def _is_file(value: object) -> bool:
    return isinstance(value, Upload | Path | tuple)
