"""HTTP to one engine: who asks, what failures mean, what an answer parses to."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from engine.client.errors import EngineAway, failure_of
from engine.schemas.base import Page

Body = TypeVar("Body", bound=BaseModel)
PageT = TypeVar("PageT", bound=Page)

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 60.0

AWAY = "The engine does not answer. It may be restarting; try again in a moment."


class Transport:
    """Sends requests and parses answers. Every method raises an `EngineCallFailed`.

    Writes carry an ``Idempotency-Key``, so that one which is retried after a lost answer happens
    once.
    """

    def __init__(
        self, base_url: str, token: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{base_url.rstrip('/')}/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(READ_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            transport=transport,
            trust_env=False,
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def read(self, path: str, answer: type[Body], **params: Any) -> Body:  # noqa: ANN401
        """Gets a resource; parameters that are None are left out."""
        present = {name: value for name, value in params.items() if value is not None}
        return self.parse(await self.send("GET", path, params=present), answer)

    async def pages(
        self,
        path: str,
        answer: type[PageT],
        **params: Any,  # noqa: ANN401
    ) -> AsyncIterator[PageT]:
        """Walks the pages of a list, from the first to the last."""
        cursor: str | None = None
        while True:
            page = await self.read(path, answer, cursor=cursor, **params)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    async def write(
        self,
        method: str,
        path: str,
        answer: type[Body],
        *,
        body: BaseModel | None = None,
        params: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
        files: list[tuple[str, tuple[str, bytes, str]]] | None = None,
        key: str | None = None,
    ) -> Body:
        """Changes something; only the fields of `body` that were set are sent."""
        response = await self.send(
            method,
            path,
            json=body.model_dump(mode="json", exclude_unset=True) if body else None,
            params=params,
            data=form,
            files=files,
            write=True,
            key=key,
        )
        return self.parse(response, answer)

    async def send(
        self,
        method: str,
        path: str,
        *,
        write: bool = False,
        key: str | None = None,
        **options: Any,  # noqa: ANN401
    ) -> httpx.Response:
        """Sends a request whose answer must be a success.

        Args:
            method: of HTTP.
            path: below ``/v1/``.
            write: whether it changes something, and so needs an idempotency key.
            key: that key; a fresh one by default.
            options: as httpx takes them.
        """
        headers = {"Idempotency-Key": key or uuid.uuid4().hex} if write else None
        response = await self.request(method, path, headers=headers, **options)
        if response.is_success:
            return response
        raise failure_of(response)

    async def request(
        self,
        method: str,
        path: str,
        **options: Any,  # noqa: ANN401
    ) -> httpx.Response:
        """Sends a request and returns whatever is answered."""
        try:
            # Without the slash, `items:forget` is a URL of the scheme "items" (RFC 3986, 4.2).
            return await self._http.request(method, f"/{path}", **options)
        except httpx.HTTPError as error:
            raise EngineAway(AWAY) from error

    async def events(self, path: str) -> AsyncGenerator[str, None]:
        """The data of server-sent events, until the engine ends them."""
        try:
            async with self._http.stream("GET", f"/{path}") as response:
                if not response.is_success:
                    await response.aread()
                    raise failure_of(response)
                async for line in response.aiter_lines():
                    if line.startswith("data:"):
                        yield line.removeprefix("data:").strip()
        except httpx.HTTPError as error:
            raise EngineAway(AWAY) from error

    @staticmethod
    def parse(response: httpx.Response, answer: type[Body]) -> Body:
        """The body of an answer, which must be of the same version."""
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise EngineAway(
                "The engine answered something this version does not understand; "
                "bot and engine must be of one version."
            ) from error
