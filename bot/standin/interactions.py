"""From a person's action to the bot's gateway: making interactions and their deadlines."""

from __future__ import annotations

import asyncio
import secrets

from bot.standin import payloads
from bot.standin.errors import Refused, invalid_webhook_token, unknown_interaction
from bot.standin.events import Event, EventHub
from bot.standin.exchange import Exchange, InteractionType
from bot.standin.gateway import Gateway
from bot.standin.ids import Ids
from bot.standin.media_rendering import Reader
from bot.standin.permissions import channel_permissions
from bot.standin.rendering import Renderer
from bot.standin.rules import MAX_FILE_BYTES
from bot.standin.world import Channel, ChannelType, Json, Message, World

DEADLINE_S = 3.0
TOKEN_LIFETIME_S = 15 * 60
"""https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response."""

NO_ANSWER = "The application did not respond"
_GUILD_CONTEXT, _BOT_DM_CONTEXT = 0, 1


class Interactions:
    """Every interaction of this run, by id and by token."""

    def __init__(
        self,
        world: World,
        renderer: Renderer,
        gateway: Gateway,
        hub: EventHub,
        ids: Ids,
        *,
        deadline_s: float = DEADLINE_S,
        token_lifetime_s: float = TOKEN_LIFETIME_S,
    ) -> None:
        self._world = world
        self._renderer = renderer
        self._gateway = gateway
        self._hub = hub
        self._ids = ids
        self._deadline_s = deadline_s
        self._token_lifetime_s = token_lifetime_s
        self._by_id: dict[str, Exchange] = {}
        self._by_token: dict[str, Exchange] = {}

    def start(
        self,
        kind: InteractionType,
        user_id: str,
        channel: Channel,
        data: Json,
        *,
        name: str = "",
        nonce: str | None = None,
        source: Message | None = None,
        triggered_by: Exchange | None = None,
    ) -> Exchange:
        """Send an interaction to the bot and start its clock."""
        exchange = Exchange(
            id=self._ids.new(),
            token=secrets.token_urlsafe(48),
            type=kind,
            user_id=user_id,
            channel_id=channel.id,
            data=data,
            created_s=self._ids.now_s(),
            name=name,
            nonce=nonce,
            source_id=None if source is None else source.id,
            triggered_by=triggered_by,
        )
        self._by_id[exchange.id] = exchange
        self._by_token[exchange.token] = exchange
        self._tell(exchange, "INTERACTION_CREATE")
        if not self._gateway.is_connected:
            self._fail(exchange)
            return exchange
        loop = asyncio.get_running_loop()
        exchange.deadline = loop.call_later(self._deadline_s, self._fail, exchange)
        self._gateway.send("INTERACTION_CREATE", self._payload(exchange, channel, source))
        return exchange

    def find(self, interaction_id: str, token: str) -> Exchange:
        """The interaction that a callback is for.

        Raises:
            ApiError: 10062, it is unknown or its deadline has passed.
        """
        exchange = self._by_id.get(interaction_id)
        if exchange is None or exchange.token != token or exchange.is_over:
            raise unknown_interaction()
        return exchange

    def by_token(self, token: str) -> Exchange:
        """The interaction whose token a follow-up uses.

        Raises:
            ApiError: 50027, the token is unknown, unanswered yet, or too old.
        """
        exchange = self._by_token.get(token)
        if exchange is None or not exchange.is_acknowledged:
            raise invalid_webhook_token()
        if self._ids.now_s() > exchange.created_s + self._token_lifetime_s:
            raise invalid_webhook_token()
        return exchange

    def modal(self, modal_id: str, user_id: str) -> Exchange:
        """The interaction that showed a modal to somebody.

        Raises:
            Refused: there is no such modal.
        """
        exchange = self._by_id.get(modal_id)
        if exchange is None or exchange.modal is None or exchange.user_id != user_id:
            raise Refused("This form is no longer open. Use the command or button again.")
        return exchange

    def acknowledged(self, exchange: Exchange) -> None:
        """The bot has answered in time."""
        self._stop_clock(exchange)
        if exchange.modal is None:
            self._tell(exchange, "INTERACTION_SUCCESS")
        else:
            self._tell(exchange, "INTERACTION_MODAL_CREATE", exchange.modal)

    def reopen(self, exchange: Exchange) -> None:
        """The bot's answer was refused; it may try again while its time lasts."""
        exchange.is_acknowledged = False
        deadline = exchange.deadline
        if deadline is not None and deadline.when() <= asyncio.get_running_loop().time():
            self._fail(exchange)

    def all(self) -> list[Exchange]:
        """Every interaction of this run, oldest first."""
        return list(self._by_id.values())

    def close(self) -> None:
        """Stop every clock."""
        for exchange in self._by_id.values():
            self._stop_clock(exchange)

    def _fail(self, exchange: Exchange) -> None:
        if exchange.is_acknowledged:
            return
        exchange.is_over = True
        exchange.failure = NO_ANSWER
        self._stop_clock(exchange)
        self._tell(exchange, "INTERACTION_FAILURE", {"reason": NO_ANSWER})

    @staticmethod
    def _stop_clock(exchange: Exchange) -> None:
        if exchange.deadline is not None:
            exchange.deadline.cancel()
            exchange.deadline = None

    def _tell(self, exchange: Exchange, name: str, more: Json | None = None) -> None:
        if exchange.type is InteractionType.AUTOCOMPLETE:
            return
        data: Json = {"id": exchange.id, "nonce": exchange.nonce} | (more or {})
        self._hub.publish(Event(name, data, only_for=exchange.user_id, page_only=True))

    def _payload(self, exchange: Exchange, channel: Channel, source: Message | None) -> Json:
        """https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object."""
        world = self._world
        direct = channel.type is ChannelType.DM
        permissions = channel_permissions(world, exchange.user_id, channel)
        payload: Json = {
            "id": exchange.id,
            "application_id": world.application_id,
            "type": int(exchange.type),
            "token": exchange.token,
            "version": 1,
            "data": exchange.data,
            "channel_id": channel.id,
            "channel": payloads.channel(world, channel) | {"permissions": str(int(permissions))},
            "app_permissions": str(int(channel_permissions(world, world.bot_id, channel))),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": "0" if direct else world.guild.id},
            "context": _BOT_DM_CONTEXT if direct else _GUILD_CONTEXT,
            "attachment_size_limit": MAX_FILE_BYTES,
        }
        if source is not None:
            payload["message"] = self._renderer.message(source, Reader(world.bot_id))
        if direct:
            return payload | {"user": payloads.user(world.users[exchange.user_id])}
        member = payloads.member(world, world.members[exchange.user_id])
        return payload | {
            "guild_id": world.guild.id,
            "guild": {"id": world.guild.id, "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "member": member | {"permissions": str(int(permissions))},
        }
