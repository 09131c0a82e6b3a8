"""Bearer tokens at the door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from engine.api.state import CurrentEngine
from engine.errors import NotAllowed
from engine.tokens import Caller

_bearer = HTTPBearer(auto_error=False, description="A token from the data folder's tokens/.")


async def caller(
    request: Request,
    engine: CurrentEngine,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Who is calling.

    Raises:
        NotAllowed: no token, or nobody's.
    """
    if credentials is None:
        raise NotAllowed(
            f"{request.url.path} needs a bearer token: send 'Authorization: Bearer <token>'."
        )
    return engine.tokens.caller(credentials.credentials)


CurrentCaller = Annotated[Caller, Depends(caller)]


def visible_channels(who: Caller, channel_ids: Sequence[str] | None) -> None:
    """Refuses a request by the bot that does not say what the asker may see.

    Raises:
        NotAllowed: there is no list, and the caller is not the owner.
    """
    if channel_ids is None and who is not Caller.OWNER:
        raise NotAllowed("With the bot's token, name the channels the asker may see.")


def named_library(who: Caller, library_id: str | None) -> None:
    """Refuses a request by the bot that does not say for which library it asks.

    Raises:
        NotAllowed: there is none, and the caller is not the owner.
    """
    if library_id is None and who is not Caller.OWNER:
        raise NotAllowed("With the bot's token, name the library for which this is asked.")


def owner_only(who: CurrentCaller) -> None:
    """Refuses the bot's token.

    Raises:
        NotAllowed: the caller is not the owner.
    """
    if who is not Caller.OWNER:
        raise NotAllowed("Only the owner's token may do this, not the bot's.")
