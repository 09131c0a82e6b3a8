"""What may be done with a trained model, by whom, and what each one does now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import Catalogue
from engine.errors import Conflict, Forbidden, NotFound
from engine.jobs.folders import JobFolders
from engine.jobs.registry import Registry
from engine.schemas import (
    AuditAction,
    ItemKind,
    ModelState,
    ReindexState,
)
from tests.engine.catalogue.contents import place, text
from tests.engine.catalogue.test_registry import card, order
from tests.engine.jobs.switches import Switches


class Shelf:
    """A registry with models on it."""

    def __init__(self, catalogue: Catalogue, folders: JobFolders) -> None:
        self.catalogue = catalogue
        self.folders = folders
        self.switches = Switches()
        self.registry = Registry(catalogue, folders, self.switches)

    async def put(self, model_id: str, *, library_id: str = "lib", **changes: object) -> None:
        """Registers a model with its folder."""
        await order(self.catalogue, model_id, library_id=library_id)
        described = card(model_id, library_id=library_id).model_copy(update=changes)
        await self.catalogue.models.register(described, [])
        self.folders.model(model_id).mkdir(parents=True)

    async def state(self, model_id: str) -> ModelState:
        """What a model does."""
        return (await self.registry.get(model_id)).state

    async def noted(self) -> list[tuple[AuditAction, str | None]]:
        """What the audit says, newest first."""
        page = await self.catalogue.audit.page("lib")
        return [(each.action, each.actor_id) for each in page.entries]


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    """A registry without models."""
    folders = JobFolders(tmp_path)
    catalogue = await Catalogue.open(folders.catalogue)
    yield Shelf(catalogue, folders)
    await catalogue.close()


async def test_a_model_takes_over_and_gives_back(shelf: Shelf) -> None:
    """Nobody could tell which of their models searches now, or which one comes back."""
    await shelf.put("m")
    await shelf.catalogue.items.put(text("a", place("1")))
    assert await shelf.state("m") is ModelState.KEPT
    for _ in range(2):
        begun = await shelf.registry.activate("m", library_id="lib", asked_by="erin")
        assert (begun.model_id, begun.kind) == ("m", ItemKind.TEXT)
    assert await shelf.state("m") is ModelState.BUILDING
    shelf.switches.finish()
    page = await shelf.registry.page("lib")
    assert [each.state for each in page.models] == [ModelState.SERVING]
    assert [each.model_id for each in page.serving] == ["m"]
    back = await shelf.registry.rollback(ItemKind.TEXT, library_id="lib", asked_by="erin")
    assert back.model_id is None
    assert await shelf.state("m") is ModelState.RETIRED
    assert await shelf.noted() == [
        (AuditAction.WENT_BACK, "erin"),
        (AuditAction.USED_MODEL, "erin"),
    ]


async def test_a_library_among_others_may_not_switch_them_all(shelf: Shelf) -> None:
    """One server's admins would change what every other server finds."""
    await shelf.put("m")
    await shelf.catalogue.items.put(text("a", place("1", library_id="another")))
    with pytest.raises(Forbidden, match="magpie models use m"):
        await shelf.registry.activate("m", library_id="lib")
    with pytest.raises(Forbidden, match="magpie models rollback"):
        await shelf.registry.rollback(ItemKind.TEXT, library_id="lib")
    assert shelf.switches.latest is None
    await shelf.registry.activate("m")
    assert await shelf.state("m") is ModelState.BUILDING


async def test_another_library_s_model_is_as_good_as_none(shelf: Shelf) -> None:
    """A server could put another one's model to use by guessing an id."""
    await shelf.put("m", library_id="another")
    with pytest.raises(NotFound):
        await shelf.registry.activate("m", library_id="lib")


@pytest.mark.parametrize("changes", [{"searches": False}, {"servable": False}])
async def test_what_cannot_or_may_not_serve_is_refused_with_its_verdict(
    shelf: Shelf, changes: dict[str, Any]
) -> None:
    """A model that has lost what it could do would serve everybody."""
    await shelf.put("m", verdict="It leads by nothing.", **changes)
    with pytest.raises(Conflict, match="It leads by nothing"):
        await shelf.registry.activate("m")
    if "servable" in changes:
        await shelf.registry.activate("m", force=True)
    else:
        with pytest.raises(Conflict):
            await shelf.registry.activate("m", force=True)


async def test_a_take_over_is_called_off(shelf: Shelf) -> None:
    """Who chose the wrong model would have to wait for hours until it can be undone."""
    await shelf.put("m")
    await shelf.registry.activate("m")
    assert (await shelf.registry.cancel(library_id="lib")).state is ReindexState.CANCELLED
    assert await shelf.state("m") is ModelState.KEPT


async def test_only_a_model_that_nothing_needs_is_deleted(shelf: Shelf) -> None:
    """Searching would stop at the next restart, or there would be nothing to go back to."""
    await shelf.put("m")
    await shelf.registry.activate("m")
    for change in (None, shelf.switches.finish):
        if change is not None:
            change()
        with pytest.raises(Conflict, match="Nothing was deleted"):
            await shelf.registry.delete("m")
    await shelf.registry.rollback(ItemKind.TEXT)
    with pytest.raises(Conflict, match="rollback goes back to"):
        await shelf.registry.delete("m")
    assert shelf.folders.model("m").exists()
    await shelf.put("unused")
    await shelf.registry.delete("unused", asked_by="erin")
    assert not shelf.folders.model("unused").exists()
    with pytest.raises(NotFound):
        await shelf.registry.get("unused")
    assert (AuditAction.DELETED_MODEL, "erin") in await shelf.noted()


async def test_before_the_first_switch_there_is_nothing_to_watch(shelf: Shelf) -> None:
    """A question for progress would fail without a word."""
    with pytest.raises(NotFound, match="No model is taking over"):
        await shelf.registry.reindexing()
