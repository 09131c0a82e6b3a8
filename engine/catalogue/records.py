"""What goes into the catalogue's items and what comes out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.catalogue.models import EmbedState, ItemRow, PassageRow
from engine.passages import Passage
from engine.schemas import Acknowledged, Item, ItemKind, NewItem, PassageLocation, Place


@dataclass(frozen=True)
class Content:
    """A described and checked upload, ready to become a row.

    Attributes:
        sha256: of the picture's bytes, or of the text in UTF-8.
        has_blob: whether the original was put into blobs under `sha256`.
        perceptual_hash: of a picture, by `engine.decoding`; may be empty.
        passages: of a document or long text; a short text is one passage by itself.
    """

    described: NewItem
    kind: ItemKind
    sha256: str
    size_bytes: int
    has_blob: bool
    width_px: int | None = None
    height_px: int | None = None
    perceptual_hash: bytes = b""
    passages: Sequence[Passage] = ()


@dataclass(frozen=True)
class Put:
    """What became of a content.

    Attributes:
        unreferenced: blobs this place does not reference (any more), to be swept when none does.
    """

    item_id: str
    status: Acknowledged
    unreferenced: Sequence[str] = ()


@dataclass(frozen=True)
class StoredItem:
    """An item with what only ingest needs to know of it.

    Attributes:
        passage_count: rows it has in the catalogue's passages.
        detector: fingerprint of the detector that found its regions, if one has looked for them.
        region_count: rows it has in the catalogue's regions.
    """

    item: Item
    stored_at: datetime
    revision: int
    embed_state: EmbedState
    has_blob: bool
    passage_count: int
    detector: str | None
    region_count: int

    @property
    def item_id(self) -> str:
        """The item's id, which is also the id of its first point."""
        return self.item.item_id

    @property
    def points_by_words(self) -> int:
        """How many passages it is found by; a text without rows is one by itself."""
        return self.passage_count or int(self.item.kind is ItemKind.TEXT)

    @property
    def content(self) -> tuple[Version, int, int]:
        """What its vectors are made of: another content has other ones."""
        return self.version, self.passage_count, self.region_count

    @property
    def version(self) -> Version:
        """Names the present content."""
        return Version(self.item.item_id, self.revision, self.item.sha256)


@dataclass(frozen=True)
class Version:
    """One content of one item.

    The revision alone would not do: forgotten and posted again, a place counts from 1 again.
    """

    item_id: str
    revision: int
    sha256: str


@dataclass(frozen=True)
class Forgotten:
    """Items that are gone, and the blobs that they referenced."""

    item_ids: list[str]
    sha256s: list[str]


def item_of(row: ItemRow) -> Item:
    """The row as the API shows it."""
    return Item(
        item_id=row.item_id,
        kind=row.kind,
        place=place_of(row),
        author_id=row.author_id,
        author_name=row.author_name,
        posted_at=row.posted_at,
        filename=row.filename,
        path=row.path,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        width_px=row.width_px,
        height_px=row.height_px,
        text=row.text,
        embedded=row.embed_state is EmbedState.EMBEDDED,
    )


def place_of(row: ItemRow) -> Place:
    """Where the row's item was posted."""
    return Place(
        library_id=row.library_id,
        channel_id=row.channel_id,
        message_id=row.message_id,
        attachment_id=row.attachment_id,
    )


def stored_item_of(row: ItemRow) -> StoredItem:
    """The row as ingest sees it."""
    return StoredItem(
        item=item_of(row),
        stored_at=row.stored_at,
        revision=row.revision,
        embed_state=row.embed_state,
        has_blob=row.has_blob,
        passage_count=row.passage_count,
        detector=row.detector,
        region_count=row.region_count,
    )


def passage_rows(item_id: str, passages: Sequence[Passage]) -> list[PassageRow]:
    """The rows of an item's passages."""
    return [
        PassageRow(
            item_id=item_id,
            ordinal=ordinal,
            text=passage.text,
            **passage.location.model_dump(),
        )
        for ordinal, passage in enumerate(passages)
    ]


def passage_of(row: PassageRow) -> Passage:
    """The passage in a row."""
    location = PassageLocation(
        heading=row.heading, page=row.page, line=row.line, in_picture=row.in_picture
    )
    return Passage(row.text, location)
