"""Pages of a channel's past, as `GET channels/{id}/messages` cuts them.

https://discord.com/developers/docs/resources/message#get-channel-messages
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.standin.world import Message

MAX_PAGE = 100


def page(
    messages: Sequence[Message],
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = 50,
) -> list[Message]:
    """Cut a page out of `messages` (oldest first); the page is newest first.

    `around` wins over `before`, which wins over `after`, as in Discord.
    """
    if around is not None:
        half = limit // 2
        older = [m for m in messages if int(m.id) < around][-half:] if half else []
        rest = [m for m in messages if int(m.id) >= around][: limit - len(older)]
        chosen = older + rest
    elif before is not None:
        chosen = [m for m in messages if int(m.id) < before][-limit:]
    elif after is not None:
        chosen = [m for m in messages if int(m.id) > after][:limit]
    else:
        chosen = list(messages[-limit:])
    return chosen[::-1]


def page_arguments(query: Mapping[str, str]) -> dict[str, int]:
    """Read `before`, `after`, `around` and `limit` (1 to 100) from a query string.

    Raises:
        ValueError: one of them is not a number, or `limit` is out of bounds.
    """
    arguments = {
        name: int(query[name]) for name in ("before", "after", "around", "limit") if name in query
    }
    if not 1 <= arguments.get("limit", 50) <= MAX_PAGE:
        raise ValueError(f"limit must be between 1 and {MAX_PAGE}")
    return arguments
