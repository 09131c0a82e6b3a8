"""What a person reads in the bot's messages."""

from __future__ import annotations

from bot.standin.components import walk
from bot.standin.world import Message


def text_of(message: Message) -> str:
    """All text of a message, content and components."""
    return "\n".join(
        [
            message.content,
            *(part["content"] for part in walk(message.components) if part["type"] == 10),
        ]
    ).strip()


def buttons_of(message: Message) -> list[str]:
    """The labels of a message's buttons."""
    return [part.get("label", "") for part in walk(message.components) if part["type"] == 2]
