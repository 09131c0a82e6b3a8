"""Somebody in the server, and what they see of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.standin.errors import Refused
from bot.standin.files import Upload
from bot.standin.history import page
from bot.standin.media_rendering import Reader
from bot.standin.permissions import Permission, can_see, channel_permissions
from bot.standin.services import Services
from bot.standin.world import Channel, ChannelType, Json, Message, User

ChannelRef = Channel | str
"""A channel, its id, or its name with or without `#`."""

FileRef = Upload | Path | str | tuple[str, bytes]
"""A file: ready, on disk, or as (name, bytes)."""


class Person:
    """Identity and sight; what a person does is in the classes built on this one."""

    def __init__(self, services: Services, user_id: str) -> None:
        self._services = services
        self.id = user_id

    @property
    def user(self) -> User:
        """The user."""
        return self._services.world.users[self.id]

    @property
    def mention(self) -> str:
        """The text that mentions them."""
        return f"<@{self.id}>"

    def channel(self, wanted: ChannelRef) -> Channel:
        """A channel that this person can see.

        Raises:
            Refused: they cannot, or there is none.
        """
        found = wanted if isinstance(wanted, Channel) else self._find_channel(wanted)
        if found is None or not self.sees(found):
            raise Refused("This channel does not exist, or you cannot see it.", status=403)
        return found

    def sees(self, wanted: ChannelRef) -> bool:
        """Whether a channel exists for this person."""
        found = wanted if isinstance(wanted, Channel) else self._find_channel(wanted)
        return found is not None and can_see(self._services.world, self.id, found)

    def may(self, channel: Channel, permission: Permission) -> bool:
        """Whether they have a permission in a channel."""
        return bool(channel_permissions(self._services.world, self.id, channel) & permission)

    def direct(self) -> Channel:
        """Their conversation with the bot."""
        return self._services.threads.direct(self.id)

    def sees_message(self, message: Message) -> bool:
        """Whether a message exists for them: ephemeral ones only for their own person."""
        return (not message.is_ephemeral or message.only_for == self.id) and self.sees(
            message.channel_id
        )

    def messages(
        self,
        channel: ChannelRef,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int = 50,
    ) -> list[Message]:
        """A page of a channel as they see it, newest first.

        Raises:
            Refused: they may not see the channel.
        """
        place = self.channel(channel)
        if not self.may(place, Permission.READ_MESSAGE_HISTORY):
            return []
        visible = [m for m in self._services.world.timeline(place.id) if self.sees_message(m)]
        return page(visible, before=before, after=after, around=around, limit=limit)

    def message(self, channel: ChannelRef, message_id: str) -> Message:
        """One message that they see.

        Raises:
            Refused: they do not, or it is gone.
        """
        place = self.channel(channel)
        found = self._services.world.find_message(place.id, message_id)
        if found is None or not self.sees_message(found):
            raise Refused("This message does not exist any more.", status=404)
        return found

    def reads(self, message: Message) -> Json:
        """A message as Discord's JSON for this person."""
        return self._services.renderer.message(message, Reader(self.id))

    def _find_channel(self, wanted: str) -> Channel | None:
        channels = self._services.world.channels
        if wanted in channels:
            return channels[wanted]
        name = wanted.removeprefix("#")
        named = (one for one in channels.values() if one.name == name)
        return next((one for one in named if one.type is not ChannelType.CATEGORY), None)


def numbered_uploads(files: Sequence[FileRef]) -> dict[str, Upload]:
    """Files as a request numbers them."""
    return {str(index): as_upload(one) for index, one in enumerate(files)}


def as_upload(file: FileRef) -> Upload:
    """Read whatever form of file into an upload."""
    if isinstance(file, Upload):
        return file
    if isinstance(file, tuple):
        return Upload(*file)
    path = Path(file)
    return Upload(path.name, path.read_bytes())
