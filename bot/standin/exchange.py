"""One interaction between a person and the bot, from the click to the last follow-up.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum

from bot.standin.world import Json


class InteractionType(IntEnum):
    """What the person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackType(IntEnum):
    """How the bot answers."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE_MESSAGE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(slots=True, eq=False)
class Exchange:
    """An interaction and what became of it.

    Attributes:
        name: the command's name, where there is one.
        source_id: the message whose component was used, or whose component opened the modal.
        original_id: the message that `@original` means once the bot has answered.
        message_ids: every message that the token gives access to.
        failure: why the person got no answer.
        modal: the modal shown as the answer.
        choices: the autocomplete choices given as the answer.
    """

    id: str
    token: str
    type: InteractionType
    user_id: str
    channel_id: str
    data: Json
    created_s: float
    name: str = ""
    nonce: str | None = None
    source_id: str | None = None
    triggered_by: Exchange | None = None
    is_acknowledged: bool = False
    is_over: bool = False
    original_id: str | None = None
    message_ids: list[str] = field(default_factory=list)
    failure: str | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    deadline: asyncio.TimerHandle | None = None

    def metadata(self) -> Json:
        """How messages remember the interaction they answer."""
        result: Json = {
            "id": self.id,
            "type": int(self.type),
            "user_id": self.user_id,
            "name": self.name,
        }
        if self.type is InteractionType.COMPONENT and self.source_id is not None:
            result["interacted_message_id"] = self.source_id
        if self.type is InteractionType.COMMAND and "target_id" in self.data:
            kind = "target_message_id" if "messages" in self.data["resolved"] else None
            if kind is not None:
                result[kind] = self.data["target_id"]
        if self.triggered_by is not None:
            result["triggering_interaction_metadata"] = self.triggered_by.metadata()
        return result
