"""The verbs of the page: each turns a request into one of a person's verbs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.standin.asked import Asked
from bot.standin.chatpage.view import View
from bot.standin.errors import Refused
from bot.standin.files import Upload
from bot.standin.human import Human
from bot.standin.request_body import read_body
from bot.standin.services import Services
from bot.standin.world import Json, Message

Verb = Callable[[Human, "Request"], Awaitable[Json]]


class Request:
    """What the page asks for, with its files."""

    def __init__(self, payload: Json, uploads: Mapping[str, Upload]) -> None:
        self._payload = payload
        self.uploads = uploads

    def text(self, key: str, default: str | None = None) -> str:
        """A field as text.

        Raises:
            Refused: it is missing and there is no default.
        """
        value = self._payload.get(key, default)
        if value is None:
            raise Refused(f"The field “{key}” is missing.")
        return str(value)

    def get(self, key: str) -> Any:  # noqa: ANN401  # any JSON
        """A field, or None."""
        return self._payload.get(key)

    def flag(self, key: str, *, default: bool) -> bool:
        """A yes or no."""
        return bool(self._payload.get(key, default))

    @property
    def nonce(self) -> str | None:
        """What comes back in the events."""
        value = self._payload.get("nonce")
        return None if value is None else str(value)

    def file(self, index: object) -> Upload:
        """A file by its number.

        Raises:
            Refused: the request does not have it.
        """
        upload = self.uploads.get(str(index))
        if upload is None:
            raise Refused(f"The request carries no file number {index}.")
        return upload


class Acting:
    """Every verb that the page knows."""

    def __init__(self, services: Services, view: Callable[[Human], View]) -> None:
        self._services = services
        self._view = view
        self._verbs: dict[str, Verb] = {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "dismiss": self._dismiss,
            "react": self._react,
            "typing": self._typing,
            "forward": self._forward,
            "thread": self._thread,
            "slash": self._slash,
            "autocomplete": self._autocomplete,
            "menu": self._menu,
            "click": self._click,
            "select": self._select,
            "submit": self._submit,
        }

    async def act(self, request: web.Request, person: Human) -> web.Response:
        """Do what a request's verb says.

        Raises:
            Refused: no such verb, a bad body, or the verb's own refusal.
        """
        verb = self._verbs.get(request.match_info["verb"])
        if verb is None:
            raise Refused(f"There is no verb “{request.match_info['verb']}”.", status=404)
        body = await read_body(request)
        if not isinstance(body.payload, dict):
            raise Refused("The request's body must be a JSON object.")
        return web.json_response(await verb(person, Request(body.payload, body.uploads)))

    async def _say(self, person: Human, asked: Request) -> Json:
        channel = asked.text("channel_id")
        replied = asked.get("reply_to")
        message = await person.say(
            channel,
            asked.text("content", ""),
            files=[asked.uploads[key] for key in sorted(asked.uploads, key=int)],
            reply_to=person.message(channel, str(replied)) if replied else None,
            mention=asked.flag("mention", default=True),
            nonce=asked.nonce,
        )
        return self._view(person).message(message)

    async def _edit(self, person: Human, asked: Request) -> Json:
        message = await person.edit(_message(person, asked), asked.text("content"))
        return self._view(person).message(message)

    async def _delete(self, person: Human, asked: Request) -> Json:
        await person.delete(_message(person, asked))
        return {}

    async def _dismiss(self, person: Human, asked: Request) -> Json:
        await person.dismiss(_message(person, asked))
        return {}

    async def _react(self, person: Human, asked: Request) -> Json:
        on = asked.flag("on", default=True)
        await person.react(_message(person, asked), asked.text("emoji"), on=on)
        return {}

    async def _typing(self, person: Human, asked: Request) -> Json:
        await person.type_in(asked.text("channel_id"))
        return {}

    async def _forward(self, person: Human, asked: Request) -> Json:
        message = await person.forward(_message(person, asked), asked.text("to_channel_id"))
        return self._view(person).message(message)

    async def _thread(self, person: Human, asked: Request) -> Json:
        thread = await person.open_thread(
            asked.text("channel_id"),
            asked.text("name"),
            message=_message(person, asked) if asked.get("message_id") else None,
            private=asked.flag("private", default=False),
        )
        return self._view(person).channel(thread)

    async def _slash(self, person: Human, asked: Request) -> Json:
        command, options = self._command(person, asked)
        return _sent(
            await person.slash(asked.text("channel_id"), command, options, nonce=asked.nonce)
        )

    async def _autocomplete(self, person: Human, asked: Request) -> Json:
        command, options = self._command(person, asked)
        channel, focused = asked.text("channel_id"), asked.text("focused")
        return {"choices": await person.autocomplete(channel, command, focused, options)}

    async def _menu(self, person: Human, asked: Request) -> Json:
        command = asked.text("command_id")
        if asked.get("user_id"):
            channel, user_id = asked.text("channel_id"), asked.text("user_id")
            return _sent(await person.user_menu(channel, user_id, command, nonce=asked.nonce))
        return _sent(await person.menu(_message(person, asked), command, nonce=asked.nonce))

    async def _click(self, person: Human, asked: Request) -> Json:
        message = _message(person, asked)
        return _sent(await person.click(message, asked.text("custom_id"), nonce=asked.nonce))

    async def _select(self, person: Human, asked: Request) -> Json:
        message, values = _message(person, asked), [str(one) for one in asked.get("values") or []]
        return _sent(
            await person.select(message, values, asked.text("custom_id"), nonce=asked.nonce)
        )

    async def _submit(self, person: Human, asked: Request) -> Json:
        values = {
            key: [asked.file(one) if isinstance(one, int) else one for one in value]
            if isinstance(value, list)
            else value
            for key, value in (asked.get("values") or {}).items()
        }
        return _sent(await person.submit(asked.text("modal_id"), values, nonce=asked.nonce))

    def _command(self, person: Human, asked: Request) -> tuple[str, dict[str, Any]]:
        """The command's id and path, and its options with file numbers turned into files."""
        path = [str(one) for one in asked.get("path") or []]
        command_id = asked.text("command_id")
        file_options = self._services.commands.file_options(person.id, command_id, path)
        options = {
            key: asked.file(value) if key in file_options else value
            for key, value in (asked.get("options") or {}).items()
        }
        return " ".join([command_id, *path]), options


def _message(person: Human, asked: Request) -> Message:
    return person.message(asked.text("channel_id"), asked.text("message_id"))


def _sent(asked: Asked) -> Json:
    return {"interaction_id": asked.id}
