"""The label sets that somebody may have something classified by."""

from __future__ import annotations

from collections.abc import Collection

import discord

from bot.errors import NotUnderstood
from bot.features.labels import may_ask
from bot.quote import escape, shortened
from engine.client import EngineClient
from engine.schemas import ItemKind, LabelSet

ALL_KINDS = tuple(ItemKind)
NOUNS = {ItemKind.IMAGE: "pictures", ItemKind.TEXT: "texts"}


async def sets_for(
    member: discord.Member, engine: EngineClient, kinds: Collection[ItemKind] = ALL_KINDS
) -> list[LabelSet]:
    """Those about certain kinds, by name; sets without classes cannot answer."""
    found = await engine.labels.sets(str(member.guild.id))
    return [
        each
        for each in found
        if each.kind in kinds and may_ask(member, each) and len(each.offered) > 1
    ]


async def set_named(
    member: discord.Member, engine: EngineClient, wanted: str, kinds: Collection[ItemKind]
) -> LabelSet:
    """The set with a name, or of an id that was suggested for one.

    Raises:
        NotUnderstood: there is none, or it is about something else than what was given.
    """
    name = f"“{escape(shortened(wanted, 100))}”"
    for each in await sets_for(member, engine):
        if wanted == each.labelset_id or wanted.strip().casefold() == each.name.casefold():
            if each.kind not in kinds:
                raise NotUnderstood(
                    f"**{escape(each.name)}** is about {NOUNS[each.kind]}, and you gave me none. "
                    "Choose another `set:`, or give me what it is about."
                )
            return each
    raise NotUnderstood(
        f"I know no label set {name} with classes to choose from. Leave `set:` out, and I ask "
        "which."
    )
