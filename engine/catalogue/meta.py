"""Facts about the data folder."""

from __future__ import annotations

from engine.catalogue.database import Database
from engine.catalogue.models import MetaRow


class MetaRepository:
    """A small durable dictionary."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The value, or None when nothing was decided yet."""
        async with self._database.reading() as session:
            row = await session.get(MetaRow, key)
            return None if row is None else row.value

    async def set_once(self, key: str, value: str) -> str:
        """Decides `key` unless that has happened; returns what holds."""
        async with self._database.writing() as session:
            row = await session.get(MetaRow, key, with_for_update=True)
            if row is not None:
                return row.value
            session.add(MetaRow(key=key, value=value))
            return value

    async def put(self, **values: str) -> None:
        """Decides anew, all of it or nothing."""
        async with self._database.writing() as session:
            for key, value in values.items():
                await session.merge(MetaRow(key=key, value=value))
