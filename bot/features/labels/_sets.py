"""The label sets of a server, as far as somebody may know of them, found by name."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.errors import NotForYou, NotUnderstood
from bot.features.labels._labellers import may_curate, may_label, require_labeller
from bot.quote import escape, shortened
from engine.client import EngineClient
from engine.schemas import ItemKind, LabelClass, LabelSet

MOST_SUGGESTIONS = 25
MOST_NAME_CHARS = 100


class LabelSets:
    """Finds sets; whoever may neither label for a set nor change it does not learn of it."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine

    async def known_to(
        self, who: discord.abc.User, *, include_archived: bool = False
    ) -> list[LabelSet]:
        """The sets somebody may label for or change, by name.

        Raises:
            NotForYou: not in a server.
        """
        member = in_server(who)
        found = await self._engine.labels.sets(
            str(member.guild.id), include_archived=include_archived
        )
        return [each for each in found if may_label(member, each) or may_curate(member)]

    async def to_label_for(
        self, who: discord.abc.User, kinds: Iterable[ItemKind] = tuple(ItemKind)
    ) -> list[LabelSet]:
        """The sets of certain kinds that somebody may label for and that have classes."""
        member, wanted = in_server(who), set(kinds)
        return [
            each
            for each in await self.known_to(member)
            if each.kind in wanted and may_label(member, each) and each.offered
        ]

    async def named(self, who: discord.abc.User, wanted: str) -> LabelSet:
        """The set with a name, or of an id that was suggested for one.

        Raises:
            NotForYou: they may neither label for it nor change it.
            NotUnderstood: there is none.
        """
        member = in_server(who)
        for each in await self._engine.labels.sets(str(member.guild.id)):
            if wanted == each.labelset_id or _key(wanted) == _key(each.name):
                if not may_curate(member):
                    require_labeller(member, each)
                return each
        raise NotUnderstood(
            f"I know no label set “{escape(shortened(wanted, MOST_NAME_CHARS))}” here. "
            "`/labels list` shows those there are."
        )

    async def suggest(self, who: discord.abc.User, typed: str) -> list[app_commands.Choice[str]]:
        """The sets whose names contain what was typed."""
        return _suggestions(
            ((each.name, each.labelset_id) for each in await self.known_to(who)), typed
        )

    async def suggest_classes(
        self, who: discord.abc.User, labelset: str, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The classes of a set whose names contain what was typed."""
        if not labelset:
            return []
        classes = (await self.named(who, labelset)).offered
        return _suggestions(((each.name, each.class_id) for each in classes), typed)


def class_named(labelset: LabelSet, wanted: str) -> LabelClass:
    """The class with a name, or of an id that was suggested for one.

    Raises:
        NotUnderstood: the set has none.
    """
    for each in labelset.offered:
        if wanted == each.class_id or _key(wanted) == _key(each.name):
            return each
    raise NotUnderstood(
        f"**{escape(labelset.name)}** has no class "
        f"“{escape(shortened(wanted, MOST_NAME_CHARS))}”. `/labels list` shows its classes."
    )


def in_server(who: discord.abc.User) -> discord.Member:
    """Somebody as the member of a server that they are.

    Raises:
        NotForYou: not in a server.
    """
    if not isinstance(who, discord.Member):
        raise NotForYou("Labels belong to a server; please label in one of its channels.")
    return who


def _key(name: str) -> str:
    return name.strip().casefold()


def _suggestions(named: Iterable[tuple[str, str]], typed: str) -> list[app_commands.Choice[str]]:
    wanted = _key(typed)
    found = [
        app_commands.Choice(name=name, value=value) for name, value in named if wanted in _key(name)
    ]
    return found[:MOST_SUGGESTIONS]
