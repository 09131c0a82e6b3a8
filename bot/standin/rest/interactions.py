"""Answers to interactions: https://discord.com/developers/docs/interactions/receiving-and-responding."""

from __future__ import annotations

from aiohttp import web

from bot.standin.answers import ORIGINAL
from bot.standin.errors import ApiError
from bot.standin.exchange import CallbackType, Exchange
from bot.standin.rest.answer import answer
from bot.standin.rest.service import BODY, RestService, payload_of
from bot.standin.world import Json, Message


class InteractionRoutes:
    """The callback, follow-ups, and the original answer."""

    def __init__(self, service: RestService) -> None:
        self._service = service

    def table(self) -> list[web.RouteDef]:
        """The routes, with OpenAPI's paths; `@original` before any message id."""
        webhook = "/webhooks/{webhook_id}/{webhook_token}"
        original = f"{webhook}/messages/{ORIGINAL}"
        followup = f"{webhook}/messages/{{message_id}}"
        return [
            web.post("/interactions/{interaction_id}/{interaction_token}/callback", self.call_back),
            web.post(webhook, self.follow_up),
            *[
                definition
                for path in (original, followup)
                for definition in (
                    web.get(path, self.get),
                    web.patch(path, self.edit),
                    web.delete(path, self.delete),
                )
            ],
        ]

    async def call_back(self, request: web.Request) -> web.Response:
        """The first answer to an interaction."""
        payload = payload_of(request)
        exchange, message = await self._service.parts.answers.call_back(
            request.match_info["interaction_id"],
            request.match_info["interaction_token"],
            payload,
            request[BODY].uploads,
        )
        if request.query.get("with_response") not in ("1", "true"):
            return answer()
        result: Json = {"interaction": self._described(exchange, payload["type"])}
        if message is not None:
            rendered = self._service.parts.renderer.message(message, self._service.reader(request))
            result["resource"] = {"type": payload["type"], "message": rendered}
        return answer(result)

    async def follow_up(self, request: web.Request) -> web.Response:
        """A message after the first answer."""
        token = self._token(request)
        message = await self._service.parts.answers.follow_up(
            token, payload_of(request), request[BODY].uploads
        )
        if request.query.get("wait") not in ("1", "true"):
            return answer()
        return self._rendered(request, message)

    async def get(self, request: web.Request) -> web.Response:
        """Read an answer again."""
        message = self._service.parts.answers.message(self._token(request), _message_id(request))
        return self._rendered(request, message)

    async def edit(self, request: web.Request) -> web.Response:
        """Edit an answer; this also completes a deferred one."""
        message = await self._service.parts.answers.edit(
            self._token(request),
            _message_id(request),
            payload_of(request),
            request[BODY].uploads,
        )
        return self._rendered(request, message)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete an answer."""
        await self._service.parts.answers.delete(self._token(request), _message_id(request))
        return answer()

    def _token(self, request: web.Request) -> str:
        if request.match_info["webhook_id"] != self._service.world.application_id:
            raise ApiError(404, 10015, "Unknown Webhook")
        return request.match_info["webhook_token"]

    def _rendered(self, request: web.Request, message: Message) -> web.Response:
        return answer(self._service.parts.renderer.message(message, self._service.reader(request)))

    def _described(self, exchange: Exchange, kind: int) -> Json:
        """https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback-interaction-callback-object."""
        result: Json = {"id": exchange.id, "type": int(exchange.type)}
        carries_message = kind not in (CallbackType.AUTOCOMPLETE, CallbackType.MODAL)
        if exchange.original_id is not None and carries_message:
            message = self._service.world.find_message(exchange.channel_id, exchange.original_id)
            result["response_message_id"] = exchange.original_id
            result["response_message_loading"] = bool(message and message.is_loading)
            result["response_message_ephemeral"] = bool(message and message.is_ephemeral)
        return result


def _message_id(request: web.Request) -> str:
    return request.match_info.get("message_id", ORIGINAL)
