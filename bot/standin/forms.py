"""What a person chose in a select or put into a form, as an interaction carries it.

https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-modal-submit-data-structure
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.standin.components import ComponentType
from bot.standin.errors import Refused
from bot.standin.files import Upload
from bot.standin.media_rendering import Reader
from bot.standin.person import as_upload
from bot.standin.services import Services
from bot.standin.world import Attachment, Json

MAX_TEXT_INPUT = 4000


async def store_input(services: Services, upload: Upload) -> Attachment:
    """Keep a file that came with a command or a form: those live among the ephemeral ones."""
    folder = f"ephemeral-attachments/{services.world.application_id}"
    return await services.attachments.store(upload, folder, ephemeral=True)


class Forms:
    """Selects and forms as one person fills them in."""

    def __init__(self, services: Services, user_id: str) -> None:
        self._services = services
        self._user_id = user_id

    def selected(self, select: Json, values: Sequence[str]) -> Json:
        """The data of a use of a select.

        Raises:
            Refused: a value is not on offer.
        """
        kind: int = select["type"]
        resolved: Json = {}
        if kind == ComponentType.STRING_SELECT:
            offered = {one["value"] for one in select["options"]}
            if not set(values) <= offered:
                raise Refused(f"“{min(set(values) - offered)}” is not on the list.")
            return {"values": list(values)}
        for value in values:
            self._resolve(kind, value, resolved)
        return {"values": list(values), "resolved": resolved}

    def _resolve(self, kind: int, value: str, resolved: Json) -> None:
        data = self._services.command_data
        is_role = value in self._services.world.roles
        if kind == ComponentType.CHANNEL_SELECT:
            data.resolve_channel(value, self._user_id, resolved)
        elif kind == ComponentType.ROLE_SELECT or (
            kind == ComponentType.MENTIONABLE_SELECT and is_role
        ):
            data.resolve_role(value, resolved)
        else:
            data.resolve_user(value, resolved)

    async def filled(self, shown: Json, values: Mapping[str, Any], resolved: Json) -> Json:
        """A form's component with what the person put in.

        Args:
            shown: the component as the bot sent it.
            values: what was put in, by custom id.
            resolved: gathers the files, people and channels that the values mean.

        Raises:
            Refused: a required field is empty, or a text too long.
        """
        kept: Json = {"type": shown["type"], "id": shown["id"]}
        if shown["type"] == ComponentType.LABEL:
            kept["component"] = await self.filled(shown["component"], values, resolved)
        elif shown["type"] == ComponentType.ACTION_ROW:
            inside = shown["components"]
            kept["components"] = [await self.filled(one, values, resolved) for one in inside]
        elif "custom_id" in shown:
            kept["custom_id"] = shown["custom_id"]
            kept |= await self._field(shown, values.get(shown["custom_id"]), resolved)
        return kept

    async def _field(self, shown: Json, value: str | Sequence[Any] | None, resolved: Json) -> Json:
        if shown.get("required", True) and not value and not shown.get("value"):
            raise Refused("Fill in every required field of the form.")
        if shown["type"] == ComponentType.TEXT_INPUT:
            text = str(shown.get("value") or "") if value is None else str(value)
            if len(text) > shown.get("max_length", MAX_TEXT_INPUT):
                raise Refused(
                    f"A field takes at most {shown.get('max_length', MAX_TEXT_INPUT)} characters."
                )
            return {"value": text}
        chosen = [value] if isinstance(value, str) else list(value or ())
        if shown["type"] == ComponentType.FILE_UPLOAD:
            stored = [await store_input(self._services, as_upload(one)) for one in chosen]
            described = {
                one.id: self._services.renderer.attachment(one, Reader(self._user_id))
                for one in stored
            }
            resolved.setdefault("attachments", {}).update(described)
            return {"values": [one.id for one in stored]}
        if shown["type"] != ComponentType.STRING_SELECT:
            for one in chosen:
                self._resolve(shown["type"], one, resolved)
        return {"values": chosen}
