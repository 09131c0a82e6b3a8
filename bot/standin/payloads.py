"""Users, roles, channels and the guild as Discord's JSON."""

from __future__ import annotations

from bot.standin.permissions import can_see
from bot.standin.snowflakes import created_at, iso
from bot.standin.world import Channel, ChannelType, Json, Member, Role, User, World

MESSAGE_CONTENT_LIMITED = 1 << 19
GUILD_MEMBERS_LIMITED = 1 << 15
"""What an app in fewer than 100 servers gets when its intents are switched on in the portal:
https://discord.com/developers/docs/resources/application#application-object-application-flags"""


def user(person: User) -> Json:
    """A user object."""
    return {
        "id": person.id,
        "username": person.username,
        "global_name": person.global_name,
        "discriminator": "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": person.accent_color,
        "bot": person.bot,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def member(world: World, one: Member, *, with_user: bool = True) -> Json:
    """A guild member object; in messages and typing events Discord leaves `user` out."""
    result: Json = {
        "roles": list(one.roles),
        "nick": one.nick,
        "joined_at": one.joined_at,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "premium_since": None,
        "flags": 0,
        "pending": False,
        "mute": False,
        "deaf": False,
    }
    if with_user:
        result["user"] = user(world.users[one.user_id])
    return result


def role(one: Role) -> Json:
    """A role object."""
    result: Json = {
        "id": one.id,
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": one.color,
        "colors": {"primary_color": one.color, "secondary_color": None, "tertiary_color": None},
        "hoist": one.hoist,
        "managed": one.bot_id is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if one.bot_id is not None:
        result["tags"] = {"bot_id": one.bot_id}
    return result


def channel(world: World, one: Channel) -> Json:
    """A channel object of whatever type: guild channel, thread or direct conversation."""
    if one.type is ChannelType.DM:
        return {
            "id": one.id,
            "type": int(one.type),
            "last_message_id": one.last_message_id,
            "flags": 0,
            "recipients": [user(world.users[i]) for i in one.recipients if i != world.bot_id],
        }
    if one.is_thread:
        return _thread(world, one)
    return {
        "id": one.id,
        "type": int(one.type),
        "guild_id": world.guild.id,
        "name": one.name,
        "topic": one.topic,
        "position": one.position,
        "parent_id": one.parent_id,
        "nsfw": one.nsfw,
        "last_message_id": one.last_message_id,
        "rate_limit_per_user": 0,
        "flags": 0,
        "permission_overwrites": [
            {"id": o.id, "type": o.type, "allow": str(int(o.allow)), "deny": str(int(o.deny))}
            for o in one.overwrites
        ],
    }


def _thread(world: World, one: Channel) -> Json:
    messages = len(world.timeline(one.id))
    born = iso(created_at(one.id))
    result: Json = {
        "id": one.id,
        "type": int(one.type),
        "guild_id": world.guild.id,
        "parent_id": one.parent_id,
        "owner_id": one.owner_id,
        "name": one.name,
        "last_message_id": one.last_message_id,
        "rate_limit_per_user": 0,
        "flags": 0,
        "message_count": messages,
        "total_message_sent": messages,
        "member_count": len(one.thread_members),
        "thread_metadata": {
            "archived": one.archived,
            "archive_timestamp": born,
            "auto_archive_duration": 4320,
            "locked": False,
            "create_timestamp": born,
        },
    }
    if one.type is ChannelType.PRIVATE_THREAD:
        result["thread_metadata"]["invitable"] = True
    if world.bot_id in one.thread_members:
        result["member"] = thread_member(one, world.bot_id)
    return result


def thread_member(thread: Channel, user_id: str) -> Json:
    """Who is in a thread since when."""
    return {
        "id": thread.id,
        "user_id": user_id,
        "join_timestamp": iso(created_at(thread.id)),
        "flags": 0,
    }


def guild(world: World) -> Json:
    """The guild object of the REST API."""
    return {
        "id": world.guild.id,
        "name": world.guild.name,
        "owner_id": world.guild.owner_id,
        "roles": [role(one) for one in world.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "incidents_data": None,
    }


def guild_create(world: World, *, with_presences: bool) -> Json:
    """The `GUILD_CREATE` event for the bot.

    Without the presences intent only the bot itself is among the members; it asks for the others
    (op 8) if it may know them: https://discord.com/developers/docs/events/gateway-events#guild-create
    """
    shown = world.members if with_presences else [world.bot_id]
    return guild(world) | {
        "joined_at": world.members[world.bot_id].joined_at,
        "large": False,
        "unavailable": False,
        "member_count": len(world.members),
        "members": [member(world, world.members[one]) for one in shown],
        "channels": [channel(world, one) for one in guild_channels(world)],
        "threads": [channel(world, one) for one in threads_seen_by(world, world.bot_id)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def guild_channels(world: World) -> list[Channel]:
    """The guild's channels, without threads, in the order of the side bar."""
    channels = [
        one
        for one in world.channels.values()
        if one.type in (ChannelType.TEXT, ChannelType.CATEGORY)
    ]
    return sorted(channels, key=lambda one: (one.position, int(one.id)))


def threads_seen_by(world: World, user_id: str) -> list[Channel]:
    """The active threads that a user has access to."""
    return [
        one
        for one in world.channels.values()
        if one.is_thread and not one.archived and can_see(world, user_id, one)
    ]


def application(world: World, flags: int) -> Json:
    """The bot's own application, as its token's owner sees it."""
    owner = user(world.users[world.guild.owner_id])
    return {
        "id": world.application_id,
        "name": world.bot.global_name or world.bot.username,
        "icon": None,
        "description": "Runs on the stand-in for Discord.",
        "type": None,
        "bot": user(world.bot),
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "owner": owner,
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
    }
