"""Who may read what, as Discord's documentation puts it, computed from payloads alone.

Knows neither `bot.visibility` nor discord.py, so that it can be held against both. Sections of
docs.discord.com/developers: topics/permissions, topics/threads, resources/message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import chain, combinations

from tests.bot.layouts import GUILD, ME, MY_ROLE, OWNER, THREADS, Bit, Kind, Layout, Payload

ALL = (1 << 53) - 1
STRANGER = 0


class DiscordsRules:
    """The rules of one server."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._roles = {int(r["id"]): int(r["permissions"]) for r in layout.guild["roles"]}
        self._channels = {
            each["id"]: each for each in layout.guild["channels"] if each not in layout.deleted
        }

    def is_nsfw(self, place: Payload) -> bool:
        """Threads inherit the flag: "NSFW Threads" (threads)."""
        parent = self._parent(place)
        return bool(parent and parent["nsfw"])

    def sees(self, person: Payload, place: Payload) -> bool:
        """Whether a member sees what is posted at a place from now on."""
        return self._may(person, place, older=False)

    def reads(self, person: Payload, place: Payload) -> bool:
        """Whether a member can scroll to what was posted at a place."""
        return self._may(person, place, older=True)

    def anybody_could_see_only(self, seen: Payload, read: Payload) -> bool:
        """Whether some person there could be sees what is posted at `seen` without reading `read`.

        Any roles, any name, timed out or not; being in a private thread does not count.
        """
        return any(
            self._has(person_id, roles, timed_out, seen, older=False)
            and not self._has(person_id, roles, timed_out, read, older=True)
            for person_id in {STRANGER, *self._named(seen), *self._named(read)} - {ME, OWNER}
            for roles in self._role_sets()
            for timed_out in (False, True)
        )

    def permissions(
        self, person_id: int, roles: Collection[int], timed_out: bool, place: Payload
    ) -> int:
        """What a person with these roles may do: "Permission Overwrites" (permissions)."""
        parent = self._parent(place)
        if parent is None:
            return 0
        base = self._base_permissions(person_id, roles)
        if base & Bit.ADMINISTRATOR:
            return ALL
        overwrites = {int(each["id"]): each for each in parent["permission_overwrites"]}
        granted = base
        if everyone := overwrites.get(GUILD):
            granted = granted & ~int(everyone["deny"]) | int(everyone["allow"])
        allow = deny = 0
        for role_id in roles:
            if overwrite := overwrites.get(role_id):
                allow |= int(overwrite["allow"])
                deny |= int(overwrite["deny"])
        granted = granted & ~deny | allow
        if own := overwrites.get(person_id):
            granted = granted & ~int(own["deny"]) | int(own["allow"])
        if timed_out:  # "Permissions for Timed Out Members"
            granted &= Bit.VIEW_CHANNEL | Bit.READ_MESSAGE_HISTORY
        # "Implicit Permissions": without View Channel nothing else counts.
        return granted if granted & Bit.VIEW_CHANNEL else 0

    def _base_permissions(self, person_id: int, roles: Collection[int]) -> int:
        if person_id == OWNER:
            return ALL
        granted = self._roles[GUILD]
        for role_id in roles:
            granted |= self._roles[role_id]
        return ALL if granted & Bit.ADMINISTRATOR else granted

    def _may(self, person: Payload, place: Payload, *, older: bool) -> bool:
        person_id, roles = int(person["user"]["id"]), [int(each) for each in person["roles"]]
        if not self._has(person_id, roles, is_timed_out(person), place, older=older):
            return False
        if place["type"] != Kind.PRIVATE_THREAD:
            return True
        # Private threads are for the invited, and for moderators: "Permissions" (threads).
        permissions = self.permissions(person_id, roles, is_timed_out(person), place)
        joined = person_id in self._layout.joined[int(place["id"])]
        return joined or bool(permissions & Bit.MANAGE_THREADS)

    def _has(
        self,
        person_id: int,
        roles: Collection[int],
        timed_out: bool,
        place: Payload,
        *,
        older: bool,
    ) -> bool:
        """The bits "Get Channel Messages" asks for (resources/message)."""
        need = int(Bit.VIEW_CHANNEL)
        if place["type"] in {Kind.VOICE, Kind.STAGE}:
            need |= Bit.CONNECT
        if older:
            need |= Bit.READ_MESSAGE_HISTORY
        return self.permissions(person_id, roles, timed_out, place) & need == need

    def _role_sets(self) -> Iterator[tuple[int, ...]]:
        held = [each for each in self._roles if each not in {GUILD, MY_ROLE}]
        return chain.from_iterable(combinations(held, n) for n in range(len(held) + 1))

    def _named(self, place: Payload) -> set[int]:
        parent = self._parent(place)
        overwrites = parent["permission_overwrites"] if parent else []
        return {int(each["id"]) for each in overwrites if each["type"] == 1}

    def _parent(self, place: Payload) -> Payload | None:
        """Threads inherit from their parent: "Permissions" (threads)."""
        return self._channels.get(place["parent_id"]) if place["type"] in THREADS else place


def is_timed_out(person: Payload) -> bool:
    """Whether a member's timeout lasts still."""
    until = person["communication_disabled_until"]
    return until is not None and datetime.fromisoformat(until) > datetime.now(UTC)
