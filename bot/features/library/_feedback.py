"""What people thought of hits, in numbers: nobody's name, nothing of what was found."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.features.library._status import many
from bot.visibility import Readable
from engine.schemas import ItemKind, JudgementCount

KINDS = {ItemKind.IMAGE: "Pictures", ItemKind.TEXT: "Messages and documents"}
MOST_CHANNELS_SHOWN = 25


def describe_feedback(counts: Iterable[JudgementCount], readable: Collection[Readable]) -> str:
    """The judgements by kind and by channel as Discord markdown.

    Args:
        counts: the judgements of the library.
        readable: channels that may be told of; what was judged elsewhere is left out.
    """
    names = {str(channel.id): channel.mention for channel in readable}
    told = [count for count in counts if count.channel_id in names]
    if not told:
        return (
            "Nobody has judged a hit yet. **Helpful** and **Not it** stand under each hit of a "
            "search."
        )
    by_kind = [
        f"{title}: {_rate(count for count in told if count.kind is kind)}"
        for kind, title in KINDS.items()
        if any(count.kind is kind for count in told)
    ]
    judged = [channel_id for channel_id in names if any(c.channel_id == channel_id for c in told)]
    by_channel = [
        f"- {names[channel_id]}: {_rate(c for c in told if c.channel_id == channel_id)}"
        for channel_id in judged[:MOST_CHANNELS_SHOWN]
    ]
    return "\n".join(["### How helpful hits were", *by_kind, *by_channel])


def _rate(counts: Iterable[JudgementCount]) -> str:
    chosen = list(counts)
    helpful = sum(count.helpful for count in chosen)
    total = helpful + sum(count.not_it for count in chosen)
    return f"{helpful / total:.0%} helpful of {many(total, 'judgement')}"
