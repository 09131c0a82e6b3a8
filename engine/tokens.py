"""The two bearer tokens of an engine: the owner's and the bot's."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr

from engine.errors import NotAllowed
from engine.settings import EngineSettings


class Caller(StrEnum):
    """Who a token stands for. Only the owner may search without naming channels."""

    OWNER = "owner"
    BOT = "bot"


@dataclass(frozen=True)
class Tokens:
    """The secrets a request is checked against."""

    owner: SecretStr
    bot: SecretStr

    def caller(self, token: str) -> Caller:
        """Whose token this is, compared in constant time.

        Raises:
            NotAllowed: nobody's.
        """
        for caller, secret in ((Caller.OWNER, self.owner), (Caller.BOT, self.bot)):
            if secrets.compare_digest(token.encode(), secret.get_secret_value().encode()):
                return caller
        raise NotAllowed(
            "The token is wrong. It is in the data folder under tokens/, "
            "or whatever ENGINE_OWNER_TOKEN and ENGINE_BOT_TOKEN say."
        )


def load_or_create(settings: EngineSettings) -> Tokens:
    """Tokens from the settings, else from ``tokens/`` in the data folder, made at first start."""
    folder = settings.data_dir / "tokens"
    return Tokens(
        owner=settings.owner_token or _kept(folder / Caller.OWNER),
        bot=settings.bot_token or _kept(folder / Caller.BOT),
    )


def _kept(path: Path) -> SecretStr:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return SecretStr(path.read_text(encoding="ascii").strip())
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token)
    return SecretStr(token)
