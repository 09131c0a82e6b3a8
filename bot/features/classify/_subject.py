"""What somebody wants classified: a picture, a text, or something that is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.cdn import FileReader
from bot.errors import NotUnderstood
from bot.messages import pictures_to_search_by, words
from engine.client import EngineClient
from engine.schemas import ClassifyRequest, Item, ItemKind

MOST_CHARS = 2_000  # the engine's default limit; encoders read less of a text than that
FIRST = (ItemKind.IMAGE, ItemKind.TEXT)


@dataclass(frozen=True)
class Subject:
    """One thing to classify; of `text`, `picture` and `item` one is there.

    Attributes:
        picture: an encoded picture file.
        item: what is remembered needs no encoding, and can be labelled.
    """

    kind: ItemKind
    text: str | None = None
    picture: bytes | None = None
    item: Item | None = None

    def request(
        self,
        library_id: str,
        channel_ids: Sequence[str],
        *,
        labelset_id: str | None,
        class_names: Sequence[str] | None,
    ) -> ClassifyRequest:
        """The engine's form of the question."""
        return ClassifyRequest(
            library_id=library_id,
            channel_ids=list(channel_ids),
            labelset_id=labelset_id,
            class_names=list(class_names) if class_names else None,
            text=self.text,
            item_id=self.item.item_id if self.item is not None else None,
            upload=self.picture is not None,
        )


async def subjects_in(
    message: discord.Message, engine: EngineClient, files: FileReader
) -> list[Subject]:
    """What a message holds, its first picture before its words.

    Raises:
        NotUnderstood: it holds neither.
        Unusable: its picture cannot be downloaded.
    """
    remembered = await _remembered(message, engine)
    subjects = [Subject(item.kind, item=item) for item in remembered]
    kinds = {each.kind for each in subjects}
    if ItemKind.IMAGE not in kinds and (sources := pictures_to_search_by(message)):
        subjects.append(Subject(ItemKind.IMAGE, picture=await sources[0].read(files)))
    if ItemKind.TEXT not in kinds and (said := words(message)):
        subjects.append(Subject(ItemKind.TEXT, text=said[:MOST_CHARS]))
    if not subjects:
        raise NotUnderstood(
            "That message has neither a picture nor words that I can look at. Choose one that has."
        )
    return sorted(subjects, key=lambda each: FIRST.index(each.kind))


async def _remembered(message: discord.Message, engine: EngineClient) -> list[Item]:
    """The first picture and the words of a message, where the engine has them."""
    if message.guild is None:
        return []
    stored = engine.items(
        str(message.guild.id), channel_id=str(message.channel.id), message_id=str(message.id)
    )
    items = sorted(
        [item async for item in stored], key=lambda item: int(item.place.attachment_id or 0)
    )
    return [
        found
        for kind in FIRST
        if (found := next((item for item in items if item.kind is kind), None)) is not None
    ]
