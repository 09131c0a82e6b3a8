"""Brings a database to the schema this version of the engine expects."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from engine.catalogue.database import SQLITE_CONNECT_ARGS, install_sqlite_rules, sqlite_url
from engine.errors import StorageFailed

_SCRIPTS = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ini file; `connection` is what the commands act on."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade_sqlite(path: Path) -> None:
    """Creates or upgrades the SQLite catalogue at `path` in one transaction. Blocks.

    Raises:
        StorageFailed: the file is no catalogue, cannot be written, or comes from a newer version.
    """
    engine = create_engine(
        sqlite_url(path, driver="sqlite"), connect_args=SQLITE_CONNECT_ARGS, poolclass=NullPool
    )
    install_sqlite_rules(engine)
    try:
        with engine.connect() as connection:
            command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise StorageFailed(
            f"The catalogue {path} was written by a newer version of Magpie ({error}). "
            "Update Magpie, or restore a backup made with this version."
        ) from error
    except SQLAlchemyError as error:
        raise StorageFailed(
            f"The catalogue {path} cannot be opened: {getattr(error, 'orig', None) or error}. "
            "Check that the folder is writable and not full, or restore a backup."
        ) from error
    finally:
        engine.dispose()
