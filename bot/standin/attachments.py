"""Files of messages: kept under their CDN path, described for the message.

https://discord.com/developers/docs/reference#uploading-files
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.standin.files import FileStore, Upload, safe_filename
from bot.standin.ids import Ids
from bot.standin.world import Attachment, Json, Message, World

Uploads = Mapping[str, Upload]
"""Files of a request by the id under which the payload's `attachments` speak of them."""


class Attachments:
    """Storing and dropping."""

    def __init__(self, world: World, files: FileStore, ids: Ids) -> None:
        self._world = world
        self._files = files
        self._ids = ids

    async def store(self, upload: Upload, folder: str, *, ephemeral: bool) -> Attachment:
        """Keep a file under a CDN folder and describe it."""
        attachment_id = self._ids.new()
        filename = safe_filename(upload.filename)
        size = upload.picture_size()
        attachment = Attachment(
            id=attachment_id,
            filename=filename,
            size=len(upload.data),
            path=f"/{folder}/{attachment_id}/{filename}",
            content_type=upload.content_type,
            description=upload.description,
            width=size[0] if size else None,
            height=size[1] if size else None,
            ephemeral=ephemeral,
        )
        await self._files.put(attachment.path, upload.data)
        return attachment

    async def store_for(
        self, message: Message, payload: Json, uploads: Uploads
    ) -> list[Attachment]:
        """Keep a message's new files, under the names its payload gives them."""
        described = {str(a.get("id")): a for a in payload.get("attachments") or []}
        folder = (
            f"ephemeral-attachments/{self._world.application_id}"
            if message.is_ephemeral
            else f"attachments/{message.channel_id}"
        )
        stored = []
        for key, upload in uploads.items():
            told = described.get(key, {})
            named = Upload(
                told.get("filename") or upload.filename,
                upload.data,
                told.get("description") or upload.description,
            )
            stored.append(await self.store(named, folder, ephemeral=message.is_ephemeral))
        return stored

    async def drop(self, message: Message) -> None:
        """Forget a message's files."""
        for attachment in message.attachments:
            await self._files.drop(attachment.path)


def kept_attachments(message: Message, payload: Json, uploads: Uploads) -> list[Attachment]:
    """What stays of a message's files: everything, or what the payload's `attachments` list.

    https://discord.com/developers/docs/reference#editing-message-attachments
    """
    if payload.get("attachments") is None:
        return list(message.attachments)
    listed = {str(one.get("id")) for one in payload["attachments"]} - set(uploads)
    return [one for one in message.attachments if one.id in listed]
