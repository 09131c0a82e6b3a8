"""The token by which the bot of a data folder shows the engine who it is."""

from __future__ import annotations

import os
import secrets

from bot.shell.datafolder import DataFolder


def bot_token(folder: DataFolder) -> str:
    """The token in ENGINE_BOT_TOKEN, else the kept one; made when there is none yet.

    The engine makes it at its first start, too; `magpie up` starts the bot without waiting for it.

    Raises:
        OSError: it cannot be kept.
    """
    if given := os.environ.get("ENGINE_BOT_TOKEN"):
        return given
    path = folder.token_file("bot")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token)
    return token
