"""Who a message pings: the mentions written in its text, less those the sender switched off.

https://discord.com/developers/docs/resources/message#allowed-mentions-object
"""

from __future__ import annotations

import re

from bot.standin import components
from bot.standin.world import Json, Message

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")


def apply(message: Message, allowed: Json | None, replied_author_id: str | None) -> None:
    """Set `mentions` and `mention_roles` of a message from its text.

    Args:
        message: the message; its texts are final.
        allowed: the request's `allowed_mentions`; None allows everything.
        replied_author_id: the author of the message this one replies to.
    """
    text = "\n".join([message.content, *components.texts(message.components)])
    users = _allowed(_USER.findall(text), allowed, "users")
    pings_author = allowed is None or allowed.get("replied_user", False)
    if replied_author_id is not None and pings_author:
        users.append(replied_author_id)
    message.mentions = list(dict.fromkeys(users))
    message.mention_roles = list(dict.fromkeys(_allowed(_ROLE.findall(text), allowed, "roles")))


def _allowed(ids: list[str], allowed: Json | None, kind: str) -> list[str]:
    if allowed is None or kind in (allowed.get("parse") or []):
        return ids
    listed = set(allowed.get(kind) or [])
    return [one for one in ids if one in listed]
