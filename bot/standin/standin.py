"""The stand-in as its hosts and tests use it: start, act as people, look, stop."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from bot.standin.admin import Admin
from bot.standin.connector import LoopbackConnector
from bot.standin.default_world import build_default_world
from bot.standin.errors import PortTaken, Refused
from bot.standin.exchange import Exchange
from bot.standin.files import URL_LIFETIME_S
from bot.standin.human import Human
from bot.standin.intents import PRIVILEGED
from bot.standin.interactions import DEADLINE_S, TOKEN_LIFETIME_S
from bot.standin.persistence import Keeper, files_folder, load_world
from bot.standin.server import build_app
from bot.standin.services import Conduct, Services, build_services
from bot.standin.traffic import Failures, RecordedRequest
from bot.standin.world import Message, World

HOST = "127.0.0.1"
T = TypeVar("T")


class StandIn:
    """A running stand-in for Discord on 127.0.0.1.

    Attributes:
        admin: what a server's administrator can do.
    """

    def __init__(self, services: Services, keeper: Keeper | None) -> None:
        self._services = services
        self._keeper = keeper
        self._runner: web.AppRunner | None = None
        self._port = 0
        self.admin = Admin(services)

    @classmethod
    async def start(
        cls,
        *,
        port: int = 0,
        state: Path | None = None,
        hint: str = "",
        bot_name: str = "Magpie",
        allowed_intents: int = PRIVILEGED,
        clock: Callable[[], float] = time.time,
        deadline_s: float = DEADLINE_S,
        token_lifetime_s: float = TOKEN_LIFETIME_S,
        url_lifetime_s: float = URL_LIFETIME_S,
    ) -> Self:
        """Start listening.

        Args:
            port: where; 0 takes any free port.
            state: a folder that keeps the chat over restarts; None keeps nothing.
            hint: the line on the page that says what to try first.
            bot_name: what the bot is called in a new world.
            allowed_intents: the privileged intents switched on in the "developer portal".
            clock: seconds since 1970; tests may turn it.
            deadline_s: how long the bot has to acknowledge an interaction.
            token_lifetime_s: how long an interaction's token is good.
            url_lifetime_s: how long an attachment's address is good.

        Raises:
            PortTaken: another program has the port.
            StandInError: the kept chat cannot be read.
        """
        world = (load_world(state) if state else None) or build_default_world(bot_name)
        conduct = Conduct(clock, allowed_intents, deadline_s, token_lifetime_s, url_lifetime_s)
        services = build_services(world, files_folder(state), conduct)
        await services.chat.drop_passing()
        keeper = Keeper(world, state, services.hub) if state else None
        standin = cls(services, keeper)
        await standin._listen(build_app(services, hint), port)
        return standin

    async def close(self) -> None:
        """Stop listening, cut every connection, keep what is to be kept."""
        self._services.interactions.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self._keeper is not None:
            await self._keeper.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """The address of the chat page."""
        return f"http://{HOST}:{self._port}/"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def world(self) -> World:
        """The server's state."""
        return self._services.world

    @property
    def people(self) -> list[Human]:
        """Everybody in the server but the bot."""
        return [
            Human(self._services, user.id) for user in self.world.users.values() if not user.bot
        ]

    @property
    def bot_is_connected(self) -> bool:
        """Whether a bot is on line."""
        return self._services.gateway.is_connected

    @property
    def requests(self) -> Sequence[RecordedRequest]:
        """The REST requests so far, the newest last."""
        return self._services.traffic.requests

    @property
    def unknown_routes(self) -> list[str]:
        """Requests to REST routes that the stand-in does not speak."""
        return self._services.traffic.unknown_routes

    @property
    def failures(self) -> Failures:
        """What is to go wrong with the bot's requests."""
        return self._services.traffic.failures

    @property
    def interactions(self) -> Sequence[Exchange]:
        """Every interaction so far."""
        return self._services.interactions.all()

    def connector(self) -> LoopbackConnector:
        """A connector that leads a Discord client here."""
        return LoopbackConnector(self._port)

    def human(self, name: str) -> Human:
        """A person by name or id.

        Raises:
            Refused: nobody is called that.
        """
        for person in self.people:
            if name in (person.id, person.user.username, person.user.global_name):
                return person
        raise Refused(f"There is nobody called “{name}” here.", status=404)

    def messages(self, channel: str) -> list[Message]:
        """A channel's messages, oldest first, everybody's ephemeral ones included."""
        return list(self.world.timeline(self.admin.channel(channel).id))

    async def until(self, predicate: Callable[[], T], *, timeout_s: float = 5.0) -> T:
        """Wait, woken by every change, until `predicate()` is truthy; give its value.

        Raises:
            TimeoutError: it did not become so in time.
        """
        return await self._services.pulse.until(predicate, timeout_s=timeout_s)

    async def drop_gateway(self, code: int = 4000) -> None:
        """Cut the bot's WebSocket; with the default code it may resume its session."""
        await self._services.gateway.drop(code)

    async def _listen(self, app: web.Application, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, port).start()
        except OSError as error:
            await self._runner.cleanup()
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(port) from error
            raise
        self._port = self._runner.addresses[0][1]
