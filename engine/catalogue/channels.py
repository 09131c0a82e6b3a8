"""Channels that are, or were, watched."""

from __future__ import annotations

from sqlalchemy import select

from engine.catalogue.database import Database
from engine.catalogue.models import ChannelRow
from engine.errors import NotFound
from engine.schemas import Channel, ChannelPage, ChannelUpdate


class ChannelRepository:
    """Which channels are watched and how far they have been read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, library_id: str, channel_id: str) -> Channel:
        """Returns one channel.

        Raises:
            NotFound: it has never been watched.
        """
        async with self._database.reading() as session:
            row = await session.get(ChannelRow, (library_id, channel_id))
            if row is None:
                raise NotFound(f"Channel {channel_id} has never been watched in this library.")
            return _channel_of(row)

    async def put(self, library_id: str, channel_id: str, changes: ChannelUpdate) -> Channel:
        """Changes a channel, or starts to know it; returns it as it is now.

        A field left out of `changes` stays. An explicit null makes `read_up_to` unknown again.
        """
        given = changes.model_dump(exclude_unset=True)
        async with self._database.writing() as session:
            row = await session.get(ChannelRow, (library_id, channel_id), with_for_update=True)
            if row is None:
                row = ChannelRow(
                    library_id=library_id, channel_id=channel_id, name="", watched=False
                )
                session.add(row)
            if "read_up_to" in given:
                row.read_up_to = changes.read_up_to
            if changes.name is not None:
                row.name = changes.name
            if changes.watched is not None:
                row.watched = changes.watched
            return _channel_of(row)

    async def page(
        self, library_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> ChannelPage:
        """One page of a library's channels in order of id; the cursor is the last id."""
        statement = select(ChannelRow).where(ChannelRow.library_id == library_id)
        if cursor is not None:
            statement = statement.where(ChannelRow.channel_id > cursor)
        statement = statement.order_by(ChannelRow.channel_id).limit(limit + 1)
        async with self._database.reading() as session:
            channels = [_channel_of(row) for row in await session.scalars(statement)]
        more = len(channels) > limit
        return ChannelPage(
            channels=channels[:limit],
            next_cursor=channels[limit - 1].channel_id if more else None,
        )


def _channel_of(row: ChannelRow) -> Channel:
    return Channel(
        library_id=row.library_id,
        channel_id=row.channel_id,
        name=row.name,
        watched=row.watched,
        read_up_to=row.read_up_to,
    )
