"""Items as uploads, searches and forgetting see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from engine.catalogue.cursors import decode_cursor, encode_cursor
from engine.catalogue.database import Database
from engine.catalogue.forgetting import conditions, forget_the_rest
from engine.catalogue.identity import item_id_of
from engine.catalogue.keeping import may_keep
from engine.catalogue.model_losses import note_changed
from engine.catalogue.models import EmbedState, ItemRow, PassageRow, RegionRow, TextState
from engine.catalogue.places import oldest_places
from engine.catalogue.records import (
    Content,
    Forgotten,
    Put,
    StoredItem,
    item_of,
    passage_rows,
    place_of,
    stored_item_of,
)
from engine.catalogue.runs import requeue_run
from engine.errors import NotFound
from engine.schemas import (
    Acknowledged,
    ForgetRequest,
    Item,
    ItemKind,
    ItemPage,
    LibraryStatus,
    NewItem,
    Place,
)


class ItemRepository:
    """Stores, finds and forgets items. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, content: Content) -> Put:
        """Makes `content` the content of its place, durably.

        The same content leaves the row as it is, except that an item that could not be embedded
        gets another chance. What may not be kept is not; see `keep_nothing`.
        """
        item_id = item_id_of(content.described.place)
        async with self._database.writing() as session:
            row = await session.get(ItemRow, item_id, with_for_update=True)
            if row and (row.kind, row.sha256) == (content.kind, content.sha256):
                if row.embed_state is EmbedState.FAILED:
                    _queue_for_embedding(row)
                return Put(item_id, Acknowledged.UNCHANGED)
            if not await may_keep(session, content.described):
                left = [*await _vacate(session, row), *_blobs_of(content)]
                return Put(item_id, Acknowledged.NOT_KEPT, left)
            if row is None:
                row = _new_row(item_id, content)
                session.add(row)
                await session.flush()
                put = Put(item_id, Acknowledged.STORED)
            else:
                put = Put(item_id, Acknowledged.REPLACED, _blobs_of(row))
                _fill(row, content)
                row.revision += 1
                for derived in (PassageRow, RegionRow):
                    await session.execute(delete(derived).where(derived.item_id == item_id))
                await note_changed(session, [item_id])
            session.add_all(passage_rows(item_id, content.passages))
            await requeue_run(session, row)
            return put

    async def may_keep(self, described: NewItem) -> bool:
        """Whether an upload is worth its work; only `put` decides for good."""
        async with self._database.reading() as session:
            return await may_keep(session, described)

    async def keep_nothing(self, place: Place, sha256: str) -> Put:
        """Acknowledges a content that may not be kept.

        Another content at its place was edited away by it, and is deleted; the same one was stored
        when that was allowed, and stays until it is forgotten.
        """
        item_id = item_id_of(place)
        async with self._database.writing() as session:
            row = await session.get(ItemRow, item_id, with_for_update=True)
            if row is not None and row.sha256 == sha256:
                return Put(item_id, Acknowledged.UNCHANGED)
            return Put(item_id, Acknowledged.NOT_KEPT, await _vacate(session, row))

    async def get(self, item_id: str) -> Item:
        """Returns one item.

        Raises:
            NotFound: no item has this id.
        """
        async with self._database.reading() as session:
            row = await session.get(ItemRow, item_id)
            if row is None:
                raise NotFound(f"There is no item {item_id}. It may have been deleted.")
            return item_of(row)

    async def get_many(self, item_ids: Sequence[str]) -> dict[str, Item]:
        """The items that exist among `item_ids`, by id."""
        return {item_id: stored.item for item_id, stored in (await self.stored(item_ids)).items()}

    async def perceptual_hashes(self, item_ids: Sequence[str]) -> dict[str, bytes]:
        """What pictures among `item_ids` look like, by id; those without a hash are absent."""
        statement = select(ItemRow.item_id, ItemRow.perceptual_hash).where(
            ItemRow.item_id.in_(item_ids), ItemRow.perceptual_hash != b""
        )
        async with self._database.reading() as session:
            return dict((await session.execute(statement)).tuples().all())

    async def stored(self, item_ids: Sequence[str]) -> dict[str, StoredItem]:
        """The items that exist among `item_ids`, with what ingest needs to know, by id."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(ItemRow).where(ItemRow.item_id.in_(item_ids)))
            return {row.item_id: stored_item_of(row) for row in rows}

    async def page(
        self,
        library_id: str,
        *,
        channel_id: str | None = None,
        message_id: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> ItemPage:
        """One page of a library, of a channel or of a message in it, newest first."""
        statement = select(ItemRow).where(ItemRow.library_id == library_id)
        if channel_id is not None:
            statement = statement.where(ItemRow.channel_id == channel_id)
        if message_id is not None:
            statement = statement.where(ItemRow.message_id == message_id)
        order = tuple_(ItemRow.posted_at, ItemRow.item_id)
        if cursor is not None:
            statement = statement.where(order < decode_cursor(cursor))
        statement = statement.order_by(ItemRow.posted_at.desc(), ItemRow.item_id.desc())
        async with self._database.reading() as session:
            rows = (await session.scalars(statement.limit(limit + 1))).all()
        last = rows[limit - 1] if len(rows) > limit else None
        return ItemPage(
            items=[item_of(row) for row in rows[:limit]],
            next_cursor=last and encode_cursor(last.posted_at, last.item_id),
        )

    async def count(self) -> int:
        """How many items there are in all libraries."""
        async with self._database.reading() as session:
            return await session.scalar(select(func.count()).select_from(ItemRow)) or 0

    async def scan(self, *, after: str | None, limit: int) -> list[StoredItem]:
        """A page of all items of all libraries in order of id, for repair and verification."""
        statement = select(ItemRow).order_by(ItemRow.item_id).limit(limit)
        if after is not None:
            statement = statement.where(ItemRow.item_id > after)
        async with self._database.reading() as session:
            return [stored_item_of(row) for row in await session.scalars(statement)]

    async def places(
        self, library_id: str, sha256s: Sequence[str], *, channel_ids: Sequence[str] | None
    ) -> dict[str, list[Place]]:
        """Where each content was posted within the channels given, oldest first.

        Args:
            library_id: the library searched.
            sha256s: contents asked for; one that is nowhere visible is absent from the answer.
            channel_ids: the channels the asker may see; None means all of them.
        """
        statement = oldest_places(library_id, sha256s, channel_ids)
        places: dict[str, list[Place]] = defaultdict(list)
        async with self._database.reading() as session:
            for row in await session.scalars(statement):
                places[row.sha256].append(place_of(row))
        return dict(places)

    async def referenced(self, sha256s: Sequence[str]) -> set[str]:
        """Those of `sha256s` whose blob some item still needs."""
        statement = select(ItemRow.sha256).where(
            ItemRow.sha256.in_(sha256s), ItemRow.has_blob.is_(True)
        )
        async with self._database.reading() as session:
            return set(await session.scalars(statement.distinct()))

    async def status(self, library_id: str) -> LibraryStatus:
        """Counts a library's items by kind and by how far they have come."""
        statement = (
            select(ItemRow.kind, ItemRow.embed_state, func.count())
            .where(ItemRow.library_id == library_id)
            .group_by(ItemRow.kind, ItemRow.embed_state)
        )
        unread = select(func.count()).where(
            ItemRow.library_id == library_id, ItemRow.text_state == TextState.UNREAD
        )
        async with self._database.reading() as session:
            counts = (await session.execute(statement)).tuples().all()
            unread_count = await session.scalar(unread) or 0
        return LibraryStatus(
            library_id=library_id,
            images=sum(count for kind, _, count in counts if kind is ItemKind.IMAGE),
            texts=sum(count for kind, _, count in counts if kind is ItemKind.TEXT),
            pending=sum(count for _, state, count in counts if state is EmbedState.PENDING),
            failed=sum(count for _, state, count in counts if state is EmbedState.FAILED),
            unread=unread_count,
        )

    async def are_elsewhere(self, library_id: str) -> bool:
        """Whether any other library holds items."""
        statement = select(ItemRow.item_id).limit(1)
        beside = (ItemRow.library_id < library_id, ItemRow.library_id > library_id)  # by the index
        async with self._database.reading() as session:
            for condition in beside:
                if await session.scalar(statement.where(condition)) is not None:
                    return True
        return False

    async def forget(self, request: ForgetRequest, *, limit: int) -> Forgotten:
        """Deletes up to `limit` of the items meant, with the feedback about them.

        Call it until nothing is forgotten any more: the last call also deletes what belongs to
        the person or library itself.

        Raises:
            BadRequest: the whole library is meant, but `everything` is not set.
        """
        meant = conditions(request)
        async with self._database.writing() as session:
            rows = (await session.scalars(select(ItemRow).where(*meant).limit(limit))).all()
            item_ids = [row.item_id for row in rows]
            await session.execute(delete(ItemRow).where(ItemRow.item_id.in_(item_ids)))
            await note_changed(session, item_ids)
            for row in rows:
                await requeue_run(session, row)
            if not rows:
                await forget_the_rest(session, request)
            return Forgotten(item_ids, sorted({row.sha256 for row in rows if row.has_blob}))


async def _vacate(session: AsyncSession, row: ItemRow | None) -> list[str]:
    """Deletes what stands at a place, and names its blobs; the reconciler removes its points."""
    if row is None:
        return []
    await session.execute(delete(ItemRow).where(ItemRow.item_id == row.item_id))
    await note_changed(session, [row.item_id])
    await requeue_run(session, row)
    return _blobs_of(row)


def _new_row(item_id: str, content: Content) -> ItemRow:
    place = content.described.place
    row = ItemRow(
        item_id=item_id,
        library_id=place.library_id,
        channel_id=place.channel_id,
        message_id=place.message_id,
        attachment_id=place.attachment_id,
        revision=1,
    )
    _fill(row, content)
    return row


def _fill(row: ItemRow, content: Content) -> None:
    """Writes everything that comes with a content, and queues it for embedding."""
    described = content.described
    row.kind = content.kind
    row.author_id = described.author_id
    row.author_name = described.author_name
    row.posted_at = described.posted_at
    row.filename = described.filename
    row.path = described.path
    row.text = described.text
    row.sha256 = content.sha256
    row.size_bytes = content.size_bytes
    row.width_px = content.width_px
    row.height_px = content.height_px
    row.perceptual_hash = content.perceptual_hash
    row.has_blob = content.has_blob
    row.passage_count = len(content.passages)
    row.text_state = TextState.UNREAD if content.kind is ItemKind.IMAGE else TextState.READ
    row.detector = None
    row.region_count = 0
    row.detect_attempts = 0
    row.detect_error = None
    row.stored_at = datetime.now(UTC)
    _queue_for_embedding(row)


def _queue_for_embedding(row: ItemRow) -> None:
    row.embed_state = EmbedState.PENDING
    row.embedded_fingerprint = None
    row.embed_attempts = 0
    row.embed_error = None


def _blobs_of(holder: ItemRow | Content) -> list[str]:
    return [holder.sha256] if holder.has_blob else []
