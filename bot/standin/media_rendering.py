"""Files, pictures and components of a message as one reader gets them, with fresh addresses."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.standin import components
from bot.standin.files import CDN_BASE, CDN_HOSTS, UrlSigner, safe_filename
from bot.standin.world import Attachment, Json, Message

ATTACHMENT_SCHEME = "attachment://"
_EMBED_MEDIA = ("image", "thumbnail")
_EMBED_ICONS = ("author", "footer")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at messages, and how."""

    user_id: str
    cdn_base: str = CDN_BASE
    reads_content: bool = True


class MediaRenderer:
    """Signs every address anew, whenever somebody looks."""

    def __init__(self, signer: UrlSigner) -> None:
        self._signer = signer

    def attachment(self, one: Attachment, reader: Reader) -> Json:
        """An attachment object with a fresh address."""
        url = self._signer.sign(one.path, reader.cdn_base)
        result: Json = {
            "id": one.id,
            "filename": one.filename,
            "size": one.size,
            "url": url,
            "proxy_url": url.replace(CDN_HOSTS[0], CDN_HOSTS[1]),
        }
        for key in ("content_type", "description", "width", "height"):
            value = getattr(one, key)
            if value is not None:
                result[key] = value
        if one.ephemeral:
            result["ephemeral"] = True
        return result

    def components(self, message: Message, reader: Reader) -> list[Json]:
        """A message's components, their media resolved."""
        tree: list[Json] = copy.deepcopy(message.components)
        for component in components.walk(tree):
            if component["type"] == components.ComponentType.FILE:
                stored = self._own_file(component["file"]["url"], message)
                component["name"] = stored.filename if stored else None
                component["size"] = stored.size if stored else None
        for media in components.media(tree):
            shown = self._media(media["url"], message, reader)
            media.clear()
            media.update(shown)
        return tree

    def _media(self, url: str, message: Message, reader: Reader) -> Json:
        """An unfurled media item: https://discord.com/developers/docs/components/reference#unfurled-media-item-structure."""
        stored = self._own_file(url, message)
        if stored is None:
            fresh = self._refreshed(url, reader)
            return {"id": message.id, "url": fresh, "proxy_url": fresh}
        shown = self.attachment(stored, reader)
        return {
            "id": stored.id,
            "attachment_id": stored.id,
            "url": shown["url"],
            "proxy_url": shown["proxy_url"],
            "width": stored.width,
            "height": stored.height,
            "content_type": stored.content_type,
        }

    def embed(self, kept: Json, message: Message, reader: Reader) -> Json:
        """An embed, its pictures resolved."""
        embed = copy.deepcopy(kept)
        embed["type"] = "rich"
        for key in _EMBED_MEDIA:
            if key in embed:
                media = self._media(embed[key]["url"], message, reader)
                embed[key] = {
                    name: value
                    for name, value in media.items()
                    if name not in ("id", "attachment_id") and value is not None
                }
        for key in _EMBED_ICONS:
            if "icon_url" in embed.get(key, {}):
                icon = self._media(embed[key]["icon_url"], message, reader)
                embed[key]["icon_url"] = icon["url"]
                embed[key]["proxy_icon_url"] = icon["proxy_url"]
        return embed

    def _own_file(self, url: str, message: Message) -> Attachment | None:
        if url.startswith(ATTACHMENT_SCHEME):
            name = safe_filename(url.removeprefix(ATTACHMENT_SCHEME))
            return next((one for one in message.attachments if one.filename == name), None)
        path = urlsplit(url).path
        return next((one for one in message.attachments if one.path == path), None)

    def _refreshed(self, url: str, reader: Reader) -> str:
        """Somebody else's file on the CDN gets a fresh signature; the rest of the web stays."""
        parts = urlsplit(url)
        if parts.hostname in CDN_HOSTS and parts.query:
            return self._signer.sign(parts.path, reader.cdn_base)
        if parts.hostname in CDN_HOSTS:
            return f"{reader.cdn_base}{parts.path}"
        return url


def inline_files(message: Message) -> Iterator[str]:
    """The names of files that components or embeds show."""
    urls = [media["url"] for media in components.media(message.components)]
    for embed in message.embeds:
        urls += [embed[key]["url"] for key in _EMBED_MEDIA if key in embed]
        urls += [embed[key].get("icon_url", "") for key in _EMBED_ICONS if key in embed]
    paths = {urlsplit(url).path for url in urls}
    names = {safe_filename(url.removeprefix(ATTACHMENT_SCHEME)) for url in urls}
    return (
        one.filename for one in message.attachments if one.filename in names or one.path in paths
    )
