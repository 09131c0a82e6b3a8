"""Transactions on the catalogue's database, with the rules that make SQLite lose nothing.

Default aiosqlite begins a transaction only at the first write, so two read-modify-writes can both
read the old value and one is lost. Here a writing transaction takes SQLite's write lock first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from engine.errors import StorageFailed

SQLITE_CONNECT_ARGS: dict[str, object] = {"isolation_level": None}
"""Keeps Python's sqlite3 from opening transactions by itself."""

_BEGIN = "sqlite_begin"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=30000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten, and not just no longer listed
    "PRAGMA cache_size=-16384",  # 16 MiB; the indexes of a large library outgrow the 2 by default
)


def sqlite_url(path: Path, *, driver: str) -> URL:
    """The URL of a SQLite file for ``sqlite`` (threads) or ``sqlite+aiosqlite`` (asyncio)."""
    return URL.create(driver, database=str(path))


def install_sqlite_rules(engine: Engine) -> None:
    """Sets the pragmas of each connection and how its transactions begin."""

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get(_BEGIN, "IMMEDIATE")
        if mode is not None:
            connection.exec_driver_sql(f"BEGIN {mode}")


class Database:
    """Opens reading and writing transactions.

    Writers queue here rather than in SQLite, whose busy handler polls and knows no order.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**{_BEGIN: "DEFERRED"})
        self._outside = engine.execution_options(**{_BEGIN: None})
        self._write_turn = asyncio.Lock()

    @classmethod
    def on_sqlite(cls, path: Path) -> Database:
        """A database in a SQLite file whose tables exist already."""
        engine = create_async_engine(
            sqlite_url(path, driver="sqlite+aiosqlite"), connect_args=SQLITE_CONNECT_ARGS
        )
        install_sqlite_rules(engine.sync_engine)
        return cls(engine)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One consistent snapshot; never waits for a writer.

        Raises:
            StorageFailed: the database cannot be read.
        """
        try:
            async with (
                AsyncSession(self._reader, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        except SQLAlchemyError as error:
            raise StorageFailed(f"The catalogue could not be read: {_reason(error)}.") from error

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction that is on disk when the block ends, or has left no trace.

        Raises:
            StorageFailed: the database refused the write.
        """
        try:
            async with (
                self._write_turn,
                AsyncSession(self._engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        except SQLAlchemyError as error:
            raise StorageFailed(
                f"The catalogue could not be written: {_reason(error)}. Nothing was kept; "
                "check the disk's free space and permissions, then try again."
            ) from error

    async def truncate_log(self) -> None:
        """Brings the write-ahead log into the file and empties it: it holds what was deleted since.

        A reader that stays for long keeps the log; then the next call does it.

        Raises:
            StorageFailed: the database refused.
        """
        try:
            async with self._write_turn, self._outside.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except SQLAlchemyError as error:
            raise StorageFailed(f"The log was not emptied: {_reason(error)}.") from error

    async def close(self) -> None:
        """Closes every connection."""
        await self._engine.dispose()


def _reason(error: SQLAlchemyError) -> str:
    """The driver's own words, without SQLAlchemy's statement and parameters."""
    return str(getattr(error, "orig", None) or error)
