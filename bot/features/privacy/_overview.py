"""What is stored about somebody, in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import discord

from bot.command_sync import CommandMentions
from bot.visibility import Readable
from engine.schemas import ItemKind, Person

MOST_CHANNELS_SHOWN = 25

AN_ITEM = (
    "-# With each of them: its time and place, your id, the name you had, and numbers computed "
    "from it that make it findable."
)


def largest_channels(person: Person) -> set[int]:
    """The channels with most of somebody's items: each may cost a request to Discord."""
    ids = dict.fromkeys(int(each.channel_id) for each in person.stored)
    return set(list(ids)[:MOST_CHANNELS_SHOWN])


def describe(person: Person, readable: Collection[Readable], mentions: CommandMentions) -> str:
    """The whole answer of `/privacy show` as Discord markdown.

    Args:
        person: what is stored, and what the person wants.
        readable: those of the largest channels that the person may read now; the items of all
            others are counted together.
        mentions: to name the commands that change something.
    """
    lines = [
        "### What I store about you in this server",
        _totals(person),
        *_channels(person, {str(channel.id) for channel in readable}),
        f"**{person.judgements}** of your judgements of hits (Helpful / Not it).",
        f"**{person.labels}** of your labels.",
        f"**Training:** {describe_consent(person)}",
        _remembering(person),
        AN_ITEM,
        f"-# Delete it all: {mentions.of('privacy forget-me')}",
        f"-# Stop remembering: {mentions.of('privacy opt-out')}",
        f"-# Training: {mentions.of('privacy consent')}",
    ]
    return "\n".join(lines)


def describe_consent(person: Person) -> str:
    """What somebody said about training, and when."""
    if person.training_consent is None or person.consent_at is None:
        return "you never said whether models may learn from your posts, so they do not."
    said = "agreed" if person.training_consent else "said no"
    return f"you {said} on {_day(person.consent_at)}."


def _totals(person: Person) -> str:
    if not person.stored or person.oldest is None or person.newest is None:
        return "Nothing you posted is stored."
    kinds: Counter[ItemKind] = Counter()
    for each in person.stored:
        kinds[each.kind] += each.count
    return f"{_counted(kinds)}, posted between {_day(person.oldest)} and {_day(person.newest)}."


def _channels(person: Person, readable_ids: Collection[str]) -> list[str]:
    channels: dict[str, Counter[ItemKind]] = {}
    for each in person.stored:
        channels.setdefault(each.channel_id, Counter())[each.kind] += each.count
    elsewhere = sum(channels.pop(each).total() for each in channels.keys() - readable_ids)
    lines = [f"- <#{channel_id}>: {_counted(kinds)}" for channel_id, kinds in channels.items()]
    if elsewhere:
        lines.append(f"- **{elsewhere}** in smaller channels, or where you cannot read now")
    return lines


def _remembering(person: Person) -> str:
    if person.opted_out_at is not None:
        return f"**Remembering:** off since {_day(person.opted_out_at)}; nothing new is stored."
    if person.kept_from is not None:
        return f"**Remembering:** on, for what you post since {_day(person.kept_from)}."
    return "**Remembering:** on, in channels that an admin chose."


def _counted(kinds: Counter[ItemKind]) -> str:
    pictures, texts = kinds[ItemKind.IMAGE], kinds[ItemKind.TEXT]
    return f"**{pictures}** pictures, **{texts}** messages and documents"


def _day(moment: datetime) -> str:
    return discord.utils.format_dt(moment, "D")
