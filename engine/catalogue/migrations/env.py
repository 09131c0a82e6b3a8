"""Runs migrations on the connection that `engine.catalogue.migrate` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context

import engine.catalogue.job_models
import engine.catalogue.label_models  # noqa: F401 - these add their tables to the metadata
from engine.catalogue.models import Base


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:  # noqa: ANN401
    """Whether an object found in the database belongs to the catalogue.

    A shared database also holds the job queue's tables, which autogenerate would drop.
    """
    return kind != "table" or name in Base.metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=_is_ours,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
