"""The gateway: the WebSocket over which the bot hears what happens.

https://discord.com/developers/docs/events/gateway
"""

from __future__ import annotations

import asyncio
import contextlib
import json

from aiohttp import WSMsgType, web

from bot.standin import payloads
from bot.standin.addresses import Addresses, addresses_for
from bot.standin.events import Event, EventHub
from bot.standin.gateway_session import Close, Op, Session, frame
from bot.standin.intents import PRIVILEGED, Intent, wants
from bot.standin.media_rendering import Reader
from bot.standin.permissions import can_see
from bot.standin.rendering import Renderer
from bot.standin.world import ChannelType, Json, World

HEARTBEAT_INTERVAL_MS = 41_250


class Gateway:
    """Every session of the bot, and the doors to them."""

    def __init__(
        self, world: World, renderer: Renderer, hub: EventHub, allowed_intents: int
    ) -> None:
        self._world = world
        self._renderer = renderer
        self._hub = hub
        self._allowed_intents = allowed_intents
        self._sessions: dict[str, Session] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        hub.listen(self._pass_on)

    @property
    def is_connected(self) -> bool:
        """Whether a bot is on line."""
        return any(session.is_connected for session in self._sessions.values())

    def send(self, name: str, data: Json) -> None:
        """Send an event that concerns the bot alone, such as an interaction."""
        for session in self._sessions.values():
            if session.is_connected:
                session.dispatch(name, data)

    async def drop(self, code: int = Close.UNKNOWN_ERROR) -> None:
        """Cut every connection; with the default code the bot may resume."""
        for socket in list(self._sockets):
            await socket.close(code=code)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one WebSocket from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        self._sockets.add(socket)
        outbox: asyncio.Queue[str] = asyncio.Queue()
        outbox.put_nowait(
            frame(Op.HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL_MS, "_trace": []})
        )
        writer = asyncio.create_task(_write(socket, outbox))
        connection = _Connection(self, socket, outbox, addresses_for(request))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await connection.receive(json.loads(message.data))
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._sockets.discard(socket)
            self._detach(outbox)
        return socket

    def identify(
        self, data: Json, outbox: asyncio.Queue[str], addresses: Addresses
    ) -> Close | None:
        """Open a session, or say with which code to close."""
        if data.get("token") != self._world.token:
            return Close.AUTHENTICATION_FAILED
        intents = int(data.get("intents", 0))
        if intents & PRIVILEGED & ~self._allowed_intents:
            return Close.DISALLOWED_INTENTS
        self._sessions = {s.id: s for s in self._sessions.values() if s.is_connected}
        session = Session(intents, addresses)
        session.outbox = outbox
        self._sessions[session.id] = session
        session.dispatch("READY", self._ready(session))
        if intents & Intent.GUILDS:
            with_presences = bool(intents & Intent.GUILD_PRESENCES)
            created = payloads.guild_create(self._world, with_presences=with_presences)
            session.dispatch("GUILD_CREATE", created)
        self._announce()
        return None

    def resume(self, data: Json, outbox: asyncio.Queue[str]) -> bool:
        """Take a session up again; False when there is none to take up."""
        session = self._sessions.get(str(data.get("session_id")))
        if session is None or data.get("token") != self._world.token:
            return False
        session.outbox = outbox
        session.replay(after=int(data.get("seq") or 0))
        session.dispatch("RESUMED", {})
        self._announce()
        return True

    def chunk_members(self, data: Json, outbox: asyncio.Queue[str]) -> None:
        """Answer op 8 with the members asked for, in one chunk."""
        world = self._world
        session = next(s for s in self._sessions.values() if s.outbox is outbox)
        wanted = data.get("user_ids")
        if wanted is not None:
            ids = [str(one) for one in ([wanted] if isinstance(wanted, str | int) else wanted)]
        else:
            start = str(data.get("query") or "").lower()
            names = {i: world.users[i].username for i in world.members}
            ids = [i for i, name in names.items() if name.lower().startswith(start)]
            ids = ids[: int(data.get("limit") or 0) or None]
        chunk: Json = {
            "guild_id": world.guild.id,
            "members": [
                payloads.member(world, world.members[i]) for i in ids if i in world.members
            ],
            "not_found": [i for i in ids if i not in world.members],
            "chunk_index": 0,
            "chunk_count": 1,
        }
        if data.get("nonce") is not None:
            chunk["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": payloads.user(self._world.bot) | {"verified": True, "mfa_enabled": False},
            "guilds": [{"id": self._world.guild.id, "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": session.addresses.gateway_url,
            "application": {"id": self._world.application_id, "flags": self.application_flags},
            "private_channels": [],
        }

    @property
    def application_flags(self) -> int:
        """The portal's switches as application flags."""
        flags = 0
        if self._allowed_intents & Intent.MESSAGE_CONTENT:
            flags |= payloads.MESSAGE_CONTENT_LIMITED
        if self._allowed_intents & Intent.GUILD_MEMBERS:
            flags |= payloads.GUILD_MEMBERS_LIMITED
        return flags

    def _pass_on(self, event: Event) -> None:
        if event.page_only or not self._bot_hears(event):
            return
        direct = self._is_direct(event)
        for session in self._sessions.values():
            if wants(session.intents, event.name, direct=direct):
                session.dispatch(event.name, self._data(event, session))

    def _bot_hears(self, event: Event) -> bool:
        channel = self._world.channels.get(event.channel_id or "")
        return channel is None or can_see(self._world, self._world.bot_id, channel)

    def _is_direct(self, event: Event) -> bool:
        channel = self._world.channels.get(event.channel_id or "")
        return channel is not None and channel.type is ChannelType.DM

    def _data(self, event: Event, session: Session) -> Json:
        if event.message is None:
            return event.data
        reader = Reader(
            self._world.bot_id,
            session.addresses.cdn_base,
            reads_content=bool(session.intents & Intent.MESSAGE_CONTENT),
        )
        return self._renderer.gateway_message(event.message, reader)

    def _detach(self, outbox: asyncio.Queue[str]) -> None:
        for session in self._sessions.values():
            if session.outbox is outbox:
                session.outbox = None
                self._announce()

    def _announce(self) -> None:
        self._hub.publish(Event("BOT_STATUS", {"connected": self.is_connected}, page_only=True))


class _Connection:
    """One socket's side of the conversation."""

    def __init__(
        self,
        gateway: Gateway,
        socket: web.WebSocketResponse,
        outbox: asyncio.Queue[str],
        addresses: Addresses,
    ) -> None:
        self._gateway = gateway
        self._socket = socket
        self._outbox = outbox
        self._addresses = addresses
        self._identified = False

    async def receive(self, received: Json) -> None:
        """Answer one frame of the bot."""
        op, data = received.get("op"), received.get("d")
        if op == Op.HEARTBEAT:
            self._outbox.put_nowait(frame(Op.HEARTBEAT_ACK, None))
        elif op == Op.IDENTIFY and isinstance(data, dict):
            refusal = self._gateway.identify(data, self._outbox, self._addresses)
            if refusal is not None:
                await self._socket.close(code=refusal)
            self._identified = refusal is None
        elif op == Op.RESUME and isinstance(data, dict):
            self._identified = self._gateway.resume(data, self._outbox)
            if not self._identified:
                self._outbox.put_nowait(frame(Op.INVALID_SESSION, False))
        elif not self._identified:
            await self._socket.close(code=Close.NOT_AUTHENTICATED)
        elif op == Op.REQUEST_GUILD_MEMBERS and isinstance(data, dict):
            self._gateway.chunk_members(data, self._outbox)
        elif op != Op.PRESENCE_UPDATE:
            await self._socket.close(code=Close.UNKNOWN_OPCODE)


async def _write(socket: web.WebSocketResponse, outbox: asyncio.Queue[str]) -> None:
    while not socket.closed:
        text = await outbox.get()
        try:
            await socket.send_str(text)
        except ConnectionError:
            return
