"""The bot's answers to interactions: the callback, and what its token allows afterwards.

https://discord.com/developers/docs/interactions/receiving-and-responding#responding-to-an-interaction
"""

from __future__ import annotations

from bot.standin import component_rules
from bot.standin.attachments import Uploads
from bot.standin.chat import Chat, Origin
from bot.standin.command_rules import CommandType, check_choices
from bot.standin.components import normalised
from bot.standin.errors import ApiError, already_acknowledged, unknown_message
from bot.standin.exchange import CallbackType, Exchange, InteractionType
from bot.standin.interactions import Interactions
from bot.standin.problems import Problems
from bot.standin.world import Json, Message, MessageFlag, MessageType, Reference

ORIGINAL = "@original"
_WITH_MESSAGE = frozenset({CallbackType.MESSAGE, CallbackType.UPDATE_MESSAGE})


class Answers:
    """What the bot may do with an interaction and its token."""

    def __init__(self, chat: Chat, interactions: Interactions) -> None:
        self._chat = chat
        self._interactions = interactions

    async def call_back(
        self, interaction_id: str, token: str, payload: Json, uploads: Uploads
    ) -> tuple[Exchange, Message | None]:
        """Take the first answer; a bad one leaves the interaction open, as in Discord.

        Returns:
            The interaction, and the message it created or updated, where it did.

        Raises:
            ApiError: too late (10062), answered before (40060), or a bad body (50035).
        """
        exchange = self._interactions.find(interaction_id, token)
        if exchange.is_acknowledged:
            raise already_acknowledged()
        kind = _callback_type(exchange, payload.get("type"))
        exchange.is_acknowledged = True
        try:
            message = await self._perform(exchange, kind, payload.get("data") or {}, uploads)
        except ApiError:
            self._interactions.reopen(exchange)
            raise
        self._interactions.acknowledged(exchange)
        return exchange, message if kind in _WITH_MESSAGE else None

    async def follow_up(self, token: str, payload: Json, uploads: Uploads) -> Message:
        """Send a message; the first one after a deferred answer *is* that answer.

        https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages
        """
        exchange = self._interactions.by_token(token)
        original = self._find(exchange, ORIGINAL)
        if original is not None and original.is_loading:
            return await self._chat.edit(original, payload, uploads)
        metadata = exchange.metadata()
        if exchange.original_id is not None:
            metadata["original_response_message_id"] = exchange.original_id
        return await self._post(exchange, payload, uploads, metadata, replied=original)

    def message(self, token: str, message_id: str) -> Message:
        """A message that the token gives access to.

        Raises:
            ApiError: 10008, it does not.
        """
        message = self._find(self._interactions.by_token(token), message_id)
        if message is None:
            raise unknown_message()
        return message

    async def edit(self, token: str, message_id: str, payload: Json, uploads: Uploads) -> Message:
        """Edit the answer or a follow-up."""
        return await self._chat.edit(self.message(token, message_id), payload, uploads)

    async def delete(self, token: str, message_id: str) -> None:
        """Delete the answer or a follow-up."""
        await self._chat.delete(self.message(token, message_id))

    async def _perform(
        self, exchange: Exchange, kind: CallbackType, data: Json, uploads: Uploads
    ) -> Message | None:
        if kind is CallbackType.AUTOCOMPLETE:
            check_choices(data)
            exchange.choices = data.get("choices") or []
            return None
        if kind is CallbackType.MODAL:
            component_rules.check_modal(data)
            exchange.modal = {
                "custom_id": data["custom_id"],
                "title": data["title"],
                "components": normalised(data["components"]),
            }
            return None
        source = self._source(exchange)
        if kind in (CallbackType.DEFERRED_UPDATE, CallbackType.UPDATE_MESSAGE):
            if source is None:
                raise unknown_message()
            exchange.original_id = source.id
            exchange.message_ids.append(source.id)
            if kind is CallbackType.UPDATE_MESSAGE:
                await self._chat.edit(source, data, uploads)
            return source
        deferred = kind is CallbackType.DEFERRED_MESSAGE
        message = await self._post(
            exchange, data, uploads, exchange.metadata(), replied=source, loading=deferred
        )
        exchange.original_id = message.id
        return message

    async def _post(
        self,
        exchange: Exchange,
        data: Json,
        uploads: Uploads,
        metadata: Json,
        *,
        replied: Message | None,
        loading: bool = False,
    ) -> Message:
        world = self._chat.world
        flags = (data.get("flags") or 0) & MessageFlag.EPHEMERAL
        origin = Origin(
            author_id=world.bot_id,
            type=_message_type(exchange, replied),
            flags=flags | (MessageFlag.LOADING if loading else 0),
            reference=None if replied is None else Reference(replied.id, replied.channel_id),
            interaction=metadata,
            only_for=exchange.user_id if flags else None,
        )
        channel = world.channels[exchange.channel_id]
        message = await self._chat.post(channel, {} if loading else data, uploads, origin)
        exchange.message_ids.append(message.id)
        return message

    def _source(self, exchange: Exchange) -> Message | None:
        if exchange.source_id is None:
            return None
        return self._chat.world.find_message(exchange.channel_id, exchange.source_id)

    def _find(self, exchange: Exchange, message_id: str) -> Message | None:
        wanted = exchange.original_id if message_id == ORIGINAL else message_id
        if wanted is None or wanted not in exchange.message_ids:
            return None
        return self._chat.world.find_message(exchange.channel_id, wanted)


def _callback_type(exchange: Exchange, number: object) -> CallbackType:
    """Which answers fit which interaction.

    https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type
    """
    from_message = exchange.source_id is not None
    allowed = {CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE}
    if exchange.type is InteractionType.AUTOCOMPLETE:
        allowed = {CallbackType.AUTOCOMPLETE}
    elif exchange.type is not InteractionType.MODAL_SUBMIT:
        allowed.add(CallbackType.MODAL)
    if from_message:
        allowed |= {CallbackType.DEFERRED_UPDATE, CallbackType.UPDATE_MESSAGE}
    kind = next((one for one in allowed if one == number), None)
    if kind is None:
        problems = Problems()
        text = f"Type {number} cannot answer interaction type {int(exchange.type)}."
        problems.add("type", "BASE_TYPE_CHOICES", text)
        raise problems.error()
    return kind


def _message_type(exchange: Exchange, replied: Message | None) -> MessageType:
    if replied is not None:
        return MessageType.REPLY
    if exchange.type is not InteractionType.COMMAND:
        return MessageType.DEFAULT
    is_slash = exchange.data.get("type") == CommandType.SLASH
    return MessageType.CHAT_INPUT_COMMAND if is_slash else MessageType.CONTEXT_MENU_COMMAND
