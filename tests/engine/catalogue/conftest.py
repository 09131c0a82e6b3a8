"""A catalogue of one's own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.catalogue import Catalogue


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[Catalogue]:
    """A freshly created SQLite catalogue."""
    catalogue = await Catalogue.open(tmp_path / "catalogue.sqlite3")
    yield catalogue
    await catalogue.close()
