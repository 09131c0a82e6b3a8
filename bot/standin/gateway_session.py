"""The gateway's codes, and the session that outlives its socket.

https://discord.com/developers/docs/events/gateway
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from enum import IntEnum

from bot.standin.addresses import Addresses
from bot.standin.world import Json

_RESUME_BUFFER = 2000


class Op(IntEnum):
    """https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    RESUME = 6
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    """https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes."""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    DISALLOWED_INTENTS = 4014


class Session:
    """What one identified bot has been sent; it outlives its socket, so that it can be resumed."""

    def __init__(self, intents: int, addresses: Addresses) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.addresses = addresses
        self.outbox: asyncio.Queue[str] | None = None
        self._sequence = 0
        self._sent: deque[tuple[int, str]] = deque(maxlen=_RESUME_BUFFER)

    @property
    def is_connected(self) -> bool:
        """Whether a socket carries the session at the moment."""
        return self.outbox is not None

    def dispatch(self, name: str, data: Json) -> None:
        """Send an event, or keep it for when the bot comes back."""
        self._sequence += 1
        frame = json.dumps({"op": Op.DISPATCH, "t": name, "s": self._sequence, "d": data})
        self._sent.append((self._sequence, frame))
        if self.outbox is not None:
            self.outbox.put_nowait(frame)

    def replay(self, after: int) -> None:
        """Send again what the bot has missed since sequence number `after`."""
        if self.outbox is not None:
            for sequence, frame in self._sent:
                if sequence > after:
                    self.outbox.put_nowait(frame)


def frame(op: Op, data: Json | bool | None) -> str:
    """A frame without event or sequence number."""
    return json.dumps({"op": op, "d": data, "s": None, "t": None})
