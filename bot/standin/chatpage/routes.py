"""The page's reading routes and its live events."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from aiohttp import WSMsgType, web

from bot.standin import payloads
from bot.standin.chatpage.acting import Acting
from bot.standin.chatpage.assets import asset
from bot.standin.chatpage.view import View
from bot.standin.errors import ApiError, Refused
from bot.standin.events import Event
from bot.standin.history import page_arguments
from bot.standin.human import Human
from bot.standin.services import Services
from bot.standin.talking import explain
from bot.standin.world import User

_MAX_BACKLOG = 1000
"""Events a page may lag behind before it is cut off; it reconnects and reads afresh."""

Reading = Callable[[web.Request, Human], Awaitable[web.StreamResponse]]


class PageRoutes:
    """The backend of the chat page."""

    def __init__(self, services: Services, hint: str) -> None:
        self._services = services
        self._hint = hint
        self._acting = Acting(services, self.view)

    def table(self) -> list[web.RouteDef]:
        """The routes; the page's files last, as they take any name."""
        messages = "/standin/channels/{channel_id}/messages"
        return [
            web.get("/standin/people", self.people),
            web.get("/standin/state", self._as_person(self.state)),
            web.get(messages, self._as_person(self.messages)),
            web.get(f"{messages}/{{message_id}}", self._as_person(self.message)),
            web.get("/standin/ws", self._as_person(self.live)),
            web.post("/standin/{verb}", self._as_person(self._acting.act)),
            web.get("/{name:[^/]+}", asset),
        ]

    def view(self, person: Human) -> View:
        """What a person sees."""
        return View(self._services, person, self._hint)

    async def people(self, _request: web.Request) -> web.Response:
        """Whom one can act as."""
        people = [payloads.user(one) for one in self._humans()]
        return web.json_response({"people": people, "hint": self._hint})

    async def state(self, _request: web.Request, person: Human) -> web.Response:
        """The snapshot."""
        return web.json_response(self.view(person).snapshot())

    async def messages(self, request: web.Request, person: Human) -> web.Response:
        """A page of messages."""
        try:
            arguments = page_arguments(request.query)
        except ValueError as error:
            raise Refused(f"This page of messages cannot be read: {error}.") from None
        view = self.view(person)
        found = person.messages(request.match_info["channel_id"], **arguments)
        return web.json_response([view.message(one) for one in found])

    async def message(self, request: web.Request, person: Human) -> web.Response:
        """One message."""
        place, wanted = request.match_info["channel_id"], request.match_info["message_id"]
        return web.json_response(self.view(person).message(person.message(place, wanted)))

    async def live(self, request: web.Request, person: Human) -> web.StreamResponse:
        """Send events until the page goes away."""
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        backlog: asyncio.Queue[str] = asyncio.Queue(maxsize=_MAX_BACKLOG)
        view = self.view(person)

        def listen(event: Event) -> None:
            shown = view.event(event)
            if shown is not None:
                with contextlib.suppress(asyncio.QueueFull):
                    backlog.put_nowait(json.dumps(shown))

        self._services.hub.listen(listen)
        writer = asyncio.create_task(_write(socket, backlog))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            self._services.hub.stop_listening(listen)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
        return socket

    def _humans(self) -> list[User]:
        world = self._services.world
        return [one for one in world.users.values() if not one.bot and one.id in world.members]

    def _as_person(
        self, handler: Reading
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request, self._person(request))
            except Refused as refusal:
                return web.json_response({"error": str(refusal)}, status=refusal.status)
            except ApiError as error:
                return web.json_response({"error": explain(error)}, status=error.status)

        return handle

    def _person(self, request: web.Request) -> Human:
        wanted = request.query.get("as", "")
        for user in self._humans():
            if wanted in (user.id, user.username):
                return Human(self._services, user.id)
        raise Refused(f"Nobody is called “{wanted}” here; choose a person to act as.", status=404)


async def _write(socket: web.WebSocketResponse, backlog: asyncio.Queue[str]) -> None:
    while not socket.closed:
        text = await backlog.get()
        if backlog.full():
            await socket.close()
            return
        try:
            await socket.send_str(text)
        except ConnectionError:
            return


def page_routes(services: Services, hint: str) -> list[web.RouteDef]:
    """All routes of the page's backend."""
    return PageRoutes(services, hint).table()
