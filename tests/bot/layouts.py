"""Random servers, as Discord sends them: roles, channels, threads, people, and what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from random import Random
from typing import Any

Payload = dict[str, Any]

GUILD, ME, OWNER, MY_ROLE, GONE_ROLE = 1, 2, 3, 20, 29
PEOPLE = range(3, 9)  # the owner is the first
ROLES = (21, 22, 23)
LEFT = 9  # a person who left and is still named by overwrites


class Bit(IntEnum):
    """Permission bits: topics/permissions, "Bitwise Permission Flags"."""

    ADMINISTRATOR = 1 << 3
    VIEW_CHANNEL = 1 << 10
    READ_MESSAGE_HISTORY = 1 << 16
    CONNECT = 1 << 20
    MANAGE_THREADS = 1 << 34


class Kind(IntEnum):
    """Channel types: resources/channel, "Channel Types"."""

    TEXT = 0
    VOICE = 2
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15


THREADED = (Kind.TEXT, Kind.NEWS, Kind.FORUM)
THREADS = (Kind.NEWS_THREAD, Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD)
DRAWN_BITS = (Bit.VIEW_CHANNEL, Bit.READ_MESSAGE_HISTORY, Bit.CONNECT, Bit.MANAGE_THREADS)
OPEN = Bit.VIEW_CHANNEL | Bit.READ_MESSAGE_HISTORY | Bit.CONNECT


@dataclass(frozen=True)
class Layout:
    """A server, in payloads of the gateway.

    Attributes:
        guild: payload of the server, with the channels and active threads there are at first.
        archived: payloads of archived threads, which only a request brings.
        people: payloads of the members, by id; the bot is not among them.
        joined: who belongs to each private thread.
        deleted: payloads of channels and threads deleted later on.
    """

    guild: Payload
    archived: dict[int, Payload]
    people: dict[int, Payload]
    joined: dict[int, set[int]]
    deleted: list[Payload] = field(default_factory=list)

    @property
    def everywhere(self) -> dict[int, Payload]:
        """Every place a message could have been posted at, by id; deleted ones too."""
        posted_in = [*self.guild["channels"], *self.guild["threads"], *self.archived.values()]
        return {int(each["id"]): each for each in posted_in if each["type"] != Kind.CATEGORY}

    @property
    def existing(self) -> dict[int, Payload]:
        """What of `everywhere` is left, by id: a deleted channel takes its threads along."""
        gone = {each["id"] for each in self.deleted}
        channels = {each["id"] for each in self.guild["channels"]} - gone
        return {
            place_id: place
            for place_id, place in self.everywhere.items()
            if place["id"] not in gone and place.get("parent_id", place["id"]) in channels | {None}
        }


def random_layout(random: Random) -> Layout:
    """A server small enough for chance to hit every combination of rules."""
    roles = [_role(GUILD, random), _role(MY_ROLE, random)]
    roles += [_role(each, random) for each in ROLES[: random.randint(0, len(ROLES))]]
    held = [int(each["id"]) for each in roles[2:]]
    people = {
        each: _person(each, held, random) for each in PEOPLE[: random.randint(2, len(PEOPLE))]
    }
    channels = _channels([GUILD, MY_ROLE, GONE_ROLE, *held], random)
    threads = _threads(channels, random)
    layout = Layout(
        guild=_guild(roles, channels, [each for each in threads if not _is_archived(each)]),
        archived={int(each["id"]): each for each in threads if _is_archived(each)},
        people=people,
        joined={
            int(each["id"]): {person for person in people if random.random() < 0.4}
            for each in threads
            if each["type"] == Kind.PRIVATE_THREAD
        },
    )
    layout.deleted.extend(each for each in layout.everywhere.values() if random.random() < 0.07)
    return layout


def _guild(roles: list[Payload], channels: list[Payload], threads: list[Payload]) -> Payload:
    me = {"user": _user(ME), "roles": [str(MY_ROLE)], "flags": 0, "joined_at": None}
    return {
        "id": str(GUILD),
        "name": "random",
        "owner_id": str(OWNER),
        "roles": roles,
        "members": [me],
        "channels": channels,
        "threads": threads,
    }


def _role(role_id: int, random: Random) -> Payload:
    bits = OPEN if role_id == GUILD and random.random() < 0.5 else _bits(random)
    if role_id != GUILD and random.random() < 0.1:
        bits |= Bit.ADMINISTRATOR
    return {
        "id": str(role_id),
        "name": str(role_id),
        "permissions": str(bits),
        "position": role_id - GUILD,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role_id == MY_ROLE,
        "mentionable": False,
        "flags": 0,
        "tags": {"bot_id": str(ME)} if role_id == MY_ROLE else {},
    }


def _person(person_id: int, roles: Sequence[int], random: Random) -> Payload:
    timed_out_until = datetime.now(UTC) + timedelta(days=random.choice((-1, 1)))
    return {
        "user": _user(person_id),
        "roles": [str(each) for each in roles if random.random() < 0.5],
        "flags": 0,
        "joined_at": None,
        "communication_disabled_until": (
            timed_out_until.isoformat() if random.random() < 0.3 else None
        ),
    }


def _user(user_id: int) -> Payload:
    return {"id": str(user_id), "username": str(user_id), "avatar": None, "discriminator": "0"}


def _channels(role_ids: Sequence[int], random: Random) -> list[Payload]:
    """Categories and channels; some channels have a category's overwrites, as synchronised ones."""
    categories = [
        _channel(each, Kind.CATEGORY, _overwrites(role_ids, random))
        for each in range(30, 30 + random.randint(0, 2))
    ]
    kinds = (Kind.TEXT, Kind.TEXT, Kind.NEWS, Kind.FORUM, Kind.VOICE, Kind.STAGE)
    channels = []
    for channel_id in range(40, 40 + random.randint(2, 6)):
        category = random.choice([*categories, None])
        overwrites = _overwrites(role_ids, random)
        if category is not None and random.random() < 0.5:
            overwrites = category["permission_overwrites"]
        channel = _channel(channel_id, random.choice(kinds), overwrites)
        channel["nsfw"] = random.random() < 0.2
        channel["category"] = category
        channels.append(channel)
    for channel in channels:
        category = channel.pop("category")
        channel["parent_id"] = category["id"] if category is not None else None
    return [*categories, *channels]


def _channel(channel_id: int, kind: Kind, overwrites: list[Payload]) -> Payload:
    return {
        "id": str(channel_id),
        "guild_id": str(GUILD),
        "type": int(kind),
        "name": f"c{channel_id}",
        "position": channel_id,
        "nsfw": False,
        "bitrate": 64000,
        "user_limit": 0,
        "permission_overwrites": overwrites,
    }


def _overwrites(role_ids: Sequence[int], random: Random) -> list[Payload]:
    named = [(each, 0) for each in role_ids if random.random() < 0.35]
    named += [(each, 1) for each in (ME, *PEOPLE, LEFT) if random.random() < 0.1]
    random.shuffle(named)
    return [
        {"id": str(i), "type": kind, "allow": str(_bits(random)), "deny": str(_bits(random))}
        for i, kind in named
    ]


def _threads(channels: list[Payload], random: Random) -> list[Payload]:
    parents = [each for each in channels if each["type"] in THREADED]
    gone = {"id": "99", "type": int(Kind.TEXT)}  # a parent that the bot is not told of
    return [
        _thread(each, random.choice([*parents, *parents, gone]), random)
        for each in range(60, 60 + random.randint(0, 5))
    ]


def _thread(thread_id: int, parent: Payload, random: Random) -> Payload:
    kind = Kind.NEWS_THREAD if parent["type"] == Kind.NEWS else Kind.PUBLIC_THREAD
    if parent["type"] == Kind.TEXT and random.random() < 0.6:
        kind = Kind.PRIVATE_THREAD
    return {
        "id": str(thread_id),
        "guild_id": str(GUILD),
        "parent_id": parent["id"],
        "owner_id": str(OWNER),
        "name": f"t{thread_id}",
        "type": int(kind),
        "message_count": 0,
        "member_count": 0,
        "thread_metadata": {
            "archived": random.random() < 0.3,
            "auto_archive_duration": 60,
            "archive_timestamp": "2026-01-01T00:00:00+00:00",
        },
    }


def _is_archived(thread: Payload) -> bool:
    return bool(thread["thread_metadata"]["archived"])


def _bits(random: Random) -> int:
    return sum(bit for bit in DRAWN_BITS if random.random() < 0.35)
