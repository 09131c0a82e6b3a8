"""What people do among themselves: write, reply, edit, delete, react, forward, open threads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.standin.attachments import Uploads
from bot.standin.chat import Origin
from bot.standin.errors import ApiError, Refused
from bot.standin.permissions import Permission, sending_permission
from bot.standin.person import ChannelRef, FileRef, Person, numbered_uploads
from bot.standin.world import Channel, Json, Message, MessageType, Reference


class Talking(Person):
    """A person's verbs that need no bot."""

    async def say(
        self,
        channel: ChannelRef,
        content: str = "",
        *,
        files: Sequence[FileRef] = (),
        reply_to: Message | None = None,
        mention: bool = True,
        at: datetime | None = None,
        nonce: str | None = None,
    ) -> Message:
        """Write in a channel.

        Args:
            channel: where.
            content: the text, with mentions as `<@id>`.
            files: pictures and documents, at most ten.
            reply_to: the message replied to.
            mention: whether a reply pings its author.
            at: when it was written, for a history made up afterwards.
            nonce: comes back in the event.

        Raises:
            Refused: not allowed here, or Discord's limits are broken.
        """
        place = self.channel(channel)
        uploads = numbered_uploads(files)
        self._require_sending(place, with_files=bool(uploads))
        payload: Json = {"content": content, "nonce": nonce}
        if reply_to is not None and not mention:
            payload["allowed_mentions"] = {"parse": ["users", "roles"], "replied_user": False}
        return await self._post(place, payload, uploads, reply_to, at)

    async def reply(
        self,
        message: Message,
        content: str = "",
        *,
        files: Sequence[FileRef] = (),
        mention: bool = True,
    ) -> Message:
        """Reply to a message, in its channel."""
        return await self.say(
            message.channel_id, content, files=files, reply_to=message, mention=mention
        )

    async def edit(self, message: Message, content: str) -> Message:
        """Change an own message's text.

        Raises:
            Refused: somebody else's message, or nothing would be left.
        """
        if message.author_id != self.id:
            raise Refused("You can edit only your own messages.", status=403)
        try:
            return await self._services.chat.edit(message, {"content": content}, {})
        except ApiError as error:
            raise Refused(explain(error)) from error

    async def delete(self, message: Message) -> None:
        """Delete an own message, or another's with MANAGE_MESSAGES.

        Raises:
            Refused: neither holds.
        """
        place = self.channel(message.channel_id)
        own = message.author_id == self.id
        if not own and not self.may(place, Permission.MANAGE_MESSAGES):
            raise Refused("You can delete only your own messages here.", status=403)
        await self._services.chat.delete(message)

    async def dismiss(self, message: Message) -> None:
        """Put an ephemeral message away.

        Raises:
            Refused: it is none, or somebody else's.
        """
        if not message.is_ephemeral or message.only_for != self.id:
            raise Refused("Only messages that you alone can see can be dismissed.", status=403)
        await self._services.chat.delete(message)

    async def react(self, message: Message, emoji: str, *, on: bool = True) -> None:
        """Add a reaction, or take it back.

        Raises:
            Refused: no emoji, or new reactions are not allowed here.
        """
        if emoji.isascii():
            raise Refused(f"“{emoji}” is not an emoji that can be used here.")
        place = self.channel(message.channel_id)
        reactions = self._services.reactions
        if not on:
            reactions.remove(message, self.id, emoji)
            return
        if emoji not in message.reactions and not self.may(place, Permission.ADD_REACTIONS):
            raise Refused("You may not add reactions in this channel.", status=403)
        reactions.add(message, self.id, emoji)

    async def type_in(self, channel: ChannelRef) -> None:
        """Be seen writing."""
        self._services.chat.type_in(self.channel(channel), self.id)

    async def forward(self, message: Message, to: ChannelRef) -> Message:
        """Forward a message to another channel.

        Raises:
            Refused: they may not write there.
        """
        place = self.channel(to)
        self._require_sending(place, with_files=False)
        return await self._services.chat.forward(message, place, Origin(self.id))

    async def open_thread(
        self,
        channel: ChannelRef,
        name: str,
        *,
        message: Message | None = None,
        private: bool = False,
    ) -> Channel:
        """Start a thread.

        Raises:
            Refused: not allowed here, or the message already has one.
        """
        place = self.channel(channel)
        needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        if not self.may(place, needed):
            raise Refused("You may not start threads in this channel.", status=403)
        if not name.strip():
            raise Refused("A thread needs a name.")
        if message is not None and self._services.world.thread_of(message) is not None:
            raise Refused("This message already has a thread.")
        return self._services.threads.open(place, name, self.id, message=message, private=private)

    def _require_sending(self, channel: Channel, *, with_files: bool) -> None:
        if not self.may(channel, sending_permission(channel)):
            raise Refused("You may not write in this channel.", status=403)
        if with_files and not self.may(channel, Permission.ATTACH_FILES):
            raise Refused("You may not post files in this channel.", status=403)

    async def _post(
        self,
        channel: Channel,
        payload: Json,
        uploads: Uploads,
        reply_to: Message | None,
        at: datetime | None,
    ) -> Message:
        origin = Origin(
            author_id=self.id,
            type=MessageType.DEFAULT if reply_to is None else MessageType.REPLY,
            reference=None if reply_to is None else Reference(reply_to.id, reply_to.channel_id),
            at_s=None if at is None else at.timestamp(),
        )
        try:
            return await self._services.chat.post(channel, payload, uploads, origin)
        except ApiError as error:
            raise Refused(explain(error)) from error


def explain(error: ApiError) -> str:
    """An API error as a sentence for a person."""
    details = list(_messages(error.errors)) if error.errors else []
    if error.status == 413:
        return "A file is too large: the limit is 10 MiB a file."
    return "; ".join(f"{path}: {text}" for path, text in details) or f"{error.message}."


def _messages(tree: Json, path: str = "") -> list[tuple[str, str]]:
    found = [(path, one["message"]) for one in tree.get("_errors", [])]
    for key, value in tree.items():
        if key != "_errors":
            found += _messages(value, f"{path}.{key}".strip("."))
    return found
