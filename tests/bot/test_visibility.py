"""Who may see what: the rules against discord.py's own, and against every possible member."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import discord
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.visibility import Readable, audience_may_read, is_nsfw, may_read

GUILD, ME, OWNER, PERSON, MY_ROLE = 1, 2, 3, 4, 5
VOICE, FORUM = 2, 15
SEE = discord.Permissions.view_channel.flag
HISTORY = discord.Permissions.read_message_history.flag
ADMIN = discord.Permissions.administrator.flag
THREADS = discord.Permissions.manage_threads.flag
CONNECT = discord.Permissions.connect.flag
READ = SEE | HISTORY

Overwrites = dict[int, tuple[int, int]]


def guild_of(roles: dict[int, int], channels: list[dict[str, Any]]) -> discord.Guild:
    """A server with roles (id: permissions, GUILD for everyone, MY_ROLE the bot's) and channels."""
    state = discord.Client(intents=discord.Intents(guilds=True))._connection
    state.user = discord.ClientUser(state=state, data=user(ME))
    data: Any = {
        "id": str(GUILD),
        "name": "test",
        "owner_id": str(OWNER),
        "roles": [
            {
                "id": str(role_id),
                "name": str(role_id),
                "permissions": str(bits),
                "position": n,
                "color": 0,
                "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
                "hoist": False,
                "managed": False,
                "mentionable": False,
                "flags": 0,
                "tags": {"bot_id": str(ME)} if role_id == MY_ROLE else {},
            }
            for n, (role_id, bits) in enumerate(roles.items())
        ],
        "members": [{"user": user(ME), "roles": [], "flags": 0, "joined_at": None}],
        "channels": channels,
    }
    return discord.Guild(data=data, state=state)


def user(user_id: int) -> Any:
    """A user's payload."""
    return {"id": str(user_id), "username": str(user_id), "avatar": None, "discriminator": "0"}


def text_channel(
    channel_id: int, overwrites: Overwrites, *, nsfw: bool = False, kind: int = 0
) -> dict[str, Any]:
    """A channel's payload; overwrites by role or person id as (allow, deny)."""
    return {
        "id": str(channel_id),
        "type": kind,
        "name": f"c{channel_id}",
        "position": channel_id,
        "nsfw": nsfw,
        "bitrate": 64000,
        "user_limit": 0,
        "permission_overwrites": [
            {"id": str(i), "type": int(i in PEOPLE), "allow": str(a), "deny": str(d)}
            for i, (a, d) in overwrites.items()
        ],
    }


PEOPLE = {ME, OWNER, PERSON}


def member_of(
    guild: discord.Guild,
    roles: tuple[int, ...],
    person: int = PERSON,
    *,
    timed_out_until: datetime | None = None,
) -> discord.Member:
    """Somebody with exactly these roles."""
    data: Any = {
        "communication_disabled_until": timed_out_until and timed_out_until.isoformat(),
        "user": user(person),
        "roles": [str(role) for role in roles],
        "flags": 0,
        "joined_at": None,
    }
    return discord.Member(data=data, guild=guild, state=guild._state)


def channel(guild: discord.Guild, channel_id: int) -> Readable:
    """A channel of the server."""
    found = guild.get_channel_or_thread(channel_id)
    assert isinstance(found, Readable)
    return found


def thread(
    guild: discord.Guild, thread_id: int, parent_id: int, *, private: bool
) -> discord.Thread:
    """A thread under a channel."""
    data: Any = {
        "id": str(thread_id),
        "parent_id": str(parent_id),
        "owner_id": str(OWNER),
        "name": "t",
        "type": 12 if private else 11,
        "message_count": 0,
        "member_count": 0,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 60,
            "archive_timestamp": "2026-01-01T00:00:00+00:00",
        },
    }
    return discord.Thread(guild=guild, state=guild._state, data=data)


def test_reading_needs_sight_and_history() -> None:
    """People would find messages that Discord itself does not show them."""
    guild = guild_of(
        {GUILD: READ, 20: 0},
        [
            text_channel(10, {}),
            text_channel(11, {GUILD: (0, HISTORY)}),
            text_channel(12, {20: (0, SEE)}),
        ],
    )
    anybody, muted = member_of(guild, ()), member_of(guild, (20,))

    assert may_read(channel(guild, 10), anybody, joined=(), nsfw=False)
    assert not may_read(channel(guild, 11), anybody, joined=(), nsfw=False)
    assert may_read(channel(guild, 12), anybody, joined=(), nsfw=False)
    assert not may_read(channel(guild, 12), muted, joined=(), nsfw=False)


def test_voice_channels_need_connect() -> None:
    """The text of a locked voice channel would leak."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {}, kind=VOICE)])
    assert not may_read(channel(guild, 10), member_of(guild, ()), joined=(), nsfw=False)


def test_private_threads_need_membership_or_manage_threads() -> None:
    """A private thread's pictures would be found by everybody in its channel."""
    guild = guild_of({GUILD: READ, 20: THREADS}, [text_channel(10, {})])
    private, public = thread(guild, 30, 10, private=True), thread(guild, 31, 10, private=False)
    anybody, moderator = member_of(guild, ()), member_of(guild, (20,))

    assert may_read(public, anybody, joined=(), nsfw=False)
    assert not may_read(private, anybody, joined=(), nsfw=False)
    assert may_read(private, anybody, joined={30}, nsfw=False)
    assert may_read(private, moderator, joined=(), nsfw=False)


def test_thread_of_a_channel_that_is_gone_is_shown_to_nobody() -> None:
    """A thread without a parent has no rules, and would be open to all."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {})])
    orphan = thread(guild, 30, 99, private=False)
    assert not may_read(orphan, member_of(guild, ()), joined=(), nsfw=False)
    assert not audience_may_read(orphan, seen_in=channel(guild, 10))


def test_age_restricted_content_stays_among_age_restricted_channels() -> None:
    """Adult pictures would show up in ordinary channels."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {}), text_channel(11, {}, nsfw=True)])
    plain, adult, person = channel(guild, 10), channel(guild, 11), member_of(guild, ())

    assert is_nsfw(adult)
    assert not is_nsfw(plain)
    assert not may_read(adult, person, joined=(), nsfw=False)
    assert may_read(adult, person, joined=(), nsfw=True)
    assert not audience_may_read(adult, seen_in=plain)
    assert audience_may_read(plain, seen_in=adult)


def test_private_thread_is_shared_nowhere_but_in_itself() -> None:
    """Sharing would open a private thread to its whole channel."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {})])
    private = thread(guild, 30, 10, private=True)
    assert audience_may_read(private, seen_in=private)
    assert not audience_may_read(private, seen_in=channel(guild, 10))
    assert audience_may_read(channel(guild, 10), seen_in=private)


def test_person_named_by_a_channel_counts_as_audience() -> None:
    """Somebody let in by name would read what is shared from a channel closed to them."""
    guild = guild_of(
        {GUILD: READ, 20: 0},
        [
            text_channel(10, {GUILD: (0, SEE), 20: (SEE, 0), PERSON: (SEE, 0)}),
            text_channel(11, {GUILD: (0, SEE), 20: (SEE, 0)}),
        ],
    )
    assert not audience_may_read(channel(guild, 11), seen_in=channel(guild, 10))
    assert audience_may_read(channel(guild, 10), seen_in=channel(guild, 11))


def test_owner_and_bot_do_not_widen_the_audience() -> None:
    """The bot's own permission in a private channel would block all sharing there."""
    guild = guild_of(
        {GUILD: READ, 20: 0},
        [
            text_channel(10, {GUILD: (0, SEE), 20: (SEE, 0), ME: (SEE, 0), OWNER: (SEE, 0)}),
            text_channel(11, {GUILD: (0, SEE), 20: (SEE, 0)}),
        ],
    )
    assert audience_may_read(channel(guild, 11), seen_in=channel(guild, 10))


def test_timed_out_people_read_on_where_discord_lets_them() -> None:
    """Somebody timed out would find less than they can scroll to, or more.

    A timeout leaves View Channel and Read Message History; Connect and Manage Threads go.
    """
    guild = guild_of(
        {GUILD: READ | CONNECT, 20: THREADS},
        [text_channel(10, {}), text_channel(11, {}, kind=VOICE)],
    )
    private = thread(guild, 30, 10, private=True)
    now = datetime.now(UTC)
    timed_out = member_of(guild, (20,), timed_out_until=now + timedelta(minutes=5))
    served = member_of(guild, (20,), timed_out_until=now - timedelta(minutes=5))

    assert may_read(channel(guild, 10), timed_out, joined=(), nsfw=False)
    assert may_read(private, timed_out, joined={30}, nsfw=False)
    assert not may_read(private, timed_out, joined=(), nsfw=False)
    assert not may_read(channel(guild, 11), timed_out, joined=(), nsfw=False)
    assert may_read(private, served, joined=(), nsfw=False)
    assert may_read(channel(guild, 11), served, joined=(), nsfw=False)


def test_voice_posts_are_shared_in_voice_channels_only() -> None:
    """Somebody timed out would read in a text channel what Discord keeps from them."""
    guild = guild_of(
        {GUILD: READ | CONNECT},
        [text_channel(10, {}), *(text_channel(each, {}, kind=VOICE) for each in (11, 12))],
    )
    text, voice, other_voice = (channel(guild, each) for each in (10, 11, 12))
    assert not audience_may_read(voice, seen_in=text)
    assert audience_may_read(voice, seen_in=other_voice)
    assert audience_may_read(text, seen_in=voice)


def test_two_roles_can_let_somebody_into_a_voice_channel_and_a_third_keep_them_out_of_another() -> (
    None
):
    """Who sees a voice channel by one role and may connect by another would be forgotten."""
    guild = guild_of(
        {GUILD: HISTORY, 20: 0, 21: 0, 22: 0},
        [
            text_channel(10, {20: (SEE, 0), 21: (CONNECT, 0)}, kind=VOICE),
            text_channel(11, {GUILD: (SEE, 0), 22: (0, HISTORY)}),
        ],
    )
    assert not audience_may_read(channel(guild, 11), seen_in=channel(guild, 10))


def test_role_of_the_bot_does_not_widen_the_audience() -> None:
    """Letting the bot into a private channel would block all sharing there."""
    guild = guild_of(
        {GUILD: READ, MY_ROLE: 0, 20: 0},
        [
            text_channel(10, {GUILD: (0, SEE), 20: (SEE, 0), MY_ROLE: (SEE, 0)}),
            text_channel(11, {GUILD: (0, SEE), 20: (SEE, 0)}),
        ],
    )
    assert audience_may_read(channel(guild, 11), seen_in=channel(guild, 10))


def test_channel_that_is_gone_is_shown_to_nobody() -> None:
    """What was posted in a deleted channel would be found by its last rules."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {}), text_channel(11, {})])
    deleted, left = channel(guild, 10), channel(guild, 11)
    assert isinstance(deleted, discord.TextChannel)
    guild._remove_channel(deleted)
    assert not may_read(deleted, member_of(guild, ()), joined=(), nsfw=False)
    assert not audience_may_read(deleted, seen_in=left)
    assert not audience_may_read(left, seen_in=deleted)


def test_channel_known_without_its_rules_has_no_audience() -> None:
    """Everything could be shared where nobody seems to see it.

    An interaction brings a channel without overwrites when discord.py does not know it yet.
    """
    guild = guild_of({GUILD: 0, 20: 0}, [text_channel(10, {})])
    data: Any = text_channel(11, {})
    unknown = discord.TextChannel(state=guild._state, guild=guild, data=data)
    assert not audience_may_read(channel(guild, 10), seen_in=unknown)


def test_threads_are_as_age_restricted_as_their_channel() -> None:
    """A thread or forum post of an age-restricted channel would show up in ordinary channels."""
    guild = guild_of({GUILD: READ}, [text_channel(10, {}), text_channel(11, {}, nsfw=True)])
    adult = thread(guild, 30, 11, private=False)
    assert is_nsfw(adult)
    assert not may_read(adult, member_of(guild, ()), joined=(), nsfw=False)
    assert may_read(adult, member_of(guild, ()), joined=(), nsfw=True)
    assert not audience_may_read(adult, seen_in=channel(guild, 10))
    assert audience_may_read(adult, seen_in=channel(guild, 11))


ROLES = (20, 21, 22, 23)
bits = st.sampled_from((0, SEE, HISTORY, READ))
overwrites = st.dictionaries(
    st.sampled_from((GUILD, *ROLES, PERSON)), st.tuples(bits, bits), max_size=5
)
role_bits = st.fixed_dictionaries(
    {GUILD: bits} | dict.fromkeys(ROLES, st.one_of(bits, st.just(ADMIN)))
)


@settings(max_examples=150, deadline=None)
@given(roles=role_bits, seen_in=overwrites, posted_in=overwrites)
def test_audience_is_exactly_everybody(
    roles: dict[int, int], seen_in: Overwrites, posted_in: Overwrites
) -> None:
    """Sharing would leak to some combination of roles, or be refused for no reason.

    Every member there could be is tried with discord.py's own rules.
    """
    guild = guild_of(roles, [text_channel(10, posted_in), text_channel(11, seen_in)])
    source, target = channel(guild, 10), channel(guild, 11)
    # Somebody no channel names has the same sight as PERSON without personal overwrites.
    strangers = [member_of(guild, held, person=99) for held in role_sets()]
    named = [member_of(guild, held) for held in role_sets()]
    audience = [each for each in strangers + named if target.permissions_for(each).view_channel]

    expected = all(
        source.permissions_for(each).view_channel
        and source.permissions_for(each).read_message_history
        for each in audience
    )
    assert audience_may_read(source, seen_in=target) is expected


def role_sets() -> list[tuple[int, ...]]:
    """Every set of roles a member could hold."""
    return list(chain.from_iterable(combinations(ROLES, n) for n in range(len(ROLES) + 1)))
