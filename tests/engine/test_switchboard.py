"""A model takes over searching beside one that serves: nothing is lost, mixed up or left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
from structlog.testing import capture_logs

from engine.errors import Conflict, NotReady, StorageFailed
from engine.schemas import ForgetRequest, ItemKind, ReindexState
from engine.switchboard import Switchboard
from engine.vectors import MemoryVectorStore
from tests.engine.house import (
    PICTURES,
    Answers,
    FakeEncoders,
    Gate,
    House,
    OwnSpace,
    ended,
    over,
    take_over,
)
from tests.engine.ingest.rig import open_rig


@pytest.fixture(autouse=True)
def _logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keeps tracebacks off the terminal, and does not wait between batches."""
    monkeypatch.setattr("engine.ingest.rebuilding.PAUSE_SHARE", 0.0)
    with capture_logs():
        yield


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Pictures, and a model that may take over."""
    store = MemoryVectorStore()
    async with open_rig(tmp_path, store) as rig:
        new, third = (OwnSpace("clip", f"fingerprint {n}") for n in (2, 3))
        known = {"old": rig.clip, "new": new, "third": third, "sentence": rig.sentence}
        house = House(rig, store, tmp_path, known, new)
        async with house.running():
            await house.post(*PICTURES)
        yield house
    await store.close()


async def test_a_model_takes_over_while_people_search(house: House) -> None:
    """Searches would fail, find nothing, or compare one model's query with the other's vectors."""
    stop = asyncio.Event()
    served: set[str] = set()

    async def search(names: Sequence[str]) -> None:
        while not stop.is_set():
            for name in names:
                served.add(await house.find(switchboard, name))

    async with house.running() as switchboard:
        searching = [asyncio.create_task(search(PICTURES[n::4])) for n in range(4)]
        await switchboard.activate("new", ItemKind.IMAGE)
        assert await ended(switchboard) is ReindexState.ACTIVE
        (pictures, _) = await switchboard.serving()
        assert (pictures.model_id, pictures.previous) == ("new", "old")
        assert await house.find(switchboard, PICTURES[0]) == "fingerprint 2"
        assert (await house.rig.verifier.verify()).clean

        await switchboard.rollback(ItemKind.IMAGE)
        assert await house.find(switchboard, PICTURES[0]) == "fingerprint 1"
        stop.set()
        await asyncio.gather(*searching)
    assert served == {"fingerprint 1", "fingerprint 2"}


async def test_what_is_posted_meanwhile_is_found_by_either(house: House) -> None:
    """Pictures posted while a collection is built would be lost, one way or the other."""
    gate = Gate(house.new)
    async with house.running() as switchboard:
        await switchboard.activate("new", ItemKind.IMAGE)
        await gate.reached.wait()
        posting = asyncio.create_task(house.post("late 1", "late 2"))
        gate.open()
        assert await ended(switchboard) is ReindexState.ACTIVE
        await posting
        await house.post("later")
        for name in (*PICTURES, "late 1", "late 2", "later"):
            assert await house.find(switchboard, name) == "fingerprint 2"

        await switchboard.rollback(ItemKind.IMAGE)
        await over("catching up")
        await house.rig.embedder.wait_until_embedded("lib", 20)
        assert await house.find(switchboard, "later") == "fingerprint 1"


async def test_what_is_forgotten_is_in_no_generation(house: House) -> None:
    """Somebody's pictures would stay in vectors that are being built, or that served before."""
    gate = Gate(house.new, batch=2)
    async with house.running() as switchboard:
        await switchboard.activate("new", ItemKind.IMAGE)
        await gate.reached.wait()  # one batch is written, the next is read
        during = sorted(house.ids.values())[:: len(PICTURES) - 1]
        for name, item_id in house.ids.items():
            if item_id in during:
                await forget(house, name)
        gate.open()
        assert await ended(switchboard) is ReindexState.ACTIVE
        after = next(name for name, item_id in house.ids.items() if item_id not in during)
        assert len(await house.held(house.ids[after])) == 2
        await forget(house, after)
        for item_id in (*during, house.ids[after]):
            assert await house.held(item_id) == []


async def forget(house: House, name: str) -> None:
    """Forgets one picture."""
    request = ForgetRequest(library_id="lib", channel_id="c", message_id=name)
    assert (await house.rig.forgetter.forget(request)).forgotten == 1


async def test_a_model_that_does_not_load_changes_nothing(house: House) -> None:
    """A damaged model would take searching down, or leave half a collection behind."""
    async with house.running() as switchboard:
        await switchboard.activate("damaged", ItemKind.IMAGE)
        assert await ended(switchboard) is ReindexState.FAILED
        await nothing_has_changed(house, switchboard, "holds no model")


async def test_a_full_disk_changes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk would leave a collection half-built, in the way of everything else."""

    async def full(*_args: object) -> None:
        raise StorageFailed("The disk is full.")

    async with house.running() as switchboard:
        monkeypatch.setattr(house.rig.index.__class__, "fill", full)
        await switchboard.activate("new", ItemKind.IMAGE)
        assert await ended(switchboard) is ReindexState.FAILED
        await nothing_has_changed(house, switchboard, "disk is full")


async def test_vectors_that_cannot_be_made_again_do_not_serve(house: House) -> None:
    """Vectors that were damaged on their way to the disk would take over unnoticed."""
    house.new.drifts = True
    async with house.running() as switchboard:
        await switchboard.activate("new", ItemKind.IMAGE)
        assert await ended(switchboard) is ReindexState.FAILED
        await nothing_has_changed(house, switchboard, "not what the new model makes")


async def test_cancelling_leaves_nothing_behind(house: House) -> None:
    """Whoever changes their mind would be left with a collection that nobody uses."""
    gate = Gate(house.new)
    async with house.running() as switchboard:
        await switchboard.activate("new", ItemKind.IMAGE)
        await gate.reached.wait()
        await switchboard.cancel()
        reindex = await switchboard.reindexing()
        assert reindex is not None
        assert reindex.state is ReindexState.CANCELLED
        await nothing_has_changed(house, switchboard, "")


async def nothing_has_changed(house: House, switchboard: Switchboard, reason: str) -> None:
    """The old model serves, from the only collection there is."""
    reindex = await switchboard.reindexing()
    assert reindex is not None
    assert reason in reindex.reason
    assert await house.generations() == ["fingerprint 1"]
    assert await house.find(switchboard, PICTURES[0]) == "fingerprint 1"
    await house.post("another")
    with pytest.raises(Conflict, match="Nothing else"):
        await switchboard.rollback(ItemKind.IMAGE)


async def test_one_at_a_time(house: House) -> None:
    """Two models would fill the machine, and the slower one undo the choice of the other."""
    gate = Gate(house.new)
    async with house.running() as switchboard:
        begun = await switchboard.activate("new", ItemKind.IMAGE)
        assert begun.state is ReindexState.BUILDING
        assert (await switchboard.activate("new", ItemKind.IMAGE)).model_id == "new"
        with pytest.raises(Conflict, match="Another model"):
            await switchboard.activate("other", ItemKind.IMAGE)
        gate.open()
        await ended(switchboard)
        with pytest.raises(Conflict, match="serves already"):
            await switchboard.activate("new", ItemKind.IMAGE)


async def test_building_goes_on_after_a_restart(house: House) -> None:
    """A restart would begin from nothing, or leave it undone; and going back would be gone."""
    gate = Gate(house.new, batch=2)
    async with house.running() as switchboard:
        await switchboard.activate("new", ItemKind.IMAGE)
        await gate.reached.wait()
    assert sorted(await house.generations()) == ["fingerprint 1", "fingerprint 2"]

    gate.open()
    async with house.running() as switchboard:
        assert await ended(switchboard) is ReindexState.ACTIVE
    assert sum(house.new.batches[:-1]) == len(PICTURES)  # the last is the sample that was compared

    async with house.running() as switchboard:
        assert await house.find(switchboard, PICTURES[0]) == "fingerprint 2"
        assert (await switchboard.rollback(ItemKind.IMAGE)).name == "old"
        assert await house.find(switchboard, PICTURES[0]) == "fingerprint 1"


async def test_an_index_that_dies_at_the_switch_follows_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was decided would be half done: the next start would find its vectors deleted."""

    async def died(*_args: object) -> None:
        raise NotReady("The vector index has just stopped.")

    async with house.running() as switchboard:
        with monkeypatch.context() as patched:
            patched.setattr(house.store, "activate", died)
            await take_over(switchboard, "new")
        assert await house.find(switchboard, PICTURES[0]) == "fingerprint 2"
    async with house.running() as switchboard:
        assert await house.find(switchboard, PICTURES[0]) == "fingerprint 2"


async def test_a_search_ends_on_what_it_has_begun_on(house: House) -> None:
    """A search during which two models take over, one after the other, would be refused."""
    async with house.running() as switchboard:
        first = switchboard.now
        assert first is not None
        await take_over(switchboard, "new", "third")
        begun = cast("Answers", first.services)
        assert (await begun.find(house.rig, PICTURES[0]))[2] == "fingerprint 1"
        encoders = cast("FakeEncoders", first.encoders)
        assert not encoders.closed
    assert encoders.closed


async def test_what_served_before_the_last_is_dropped(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each model that ever served would keep its vectors on the disk."""
    monkeypatch.setattr("engine.discarding.GRACE_S", 0.0)
    async with house.running() as switchboard:
        await take_over(switchboard, "new", "third")
        await over("discarding")
        assert sorted(await house.generations()) == ["fingerprint 2", "fingerprint 3"]
        assert await house.find(switchboard, PICTURES[0]) == "fingerprint 3"
        assert (await switchboard.rollback(ItemKind.IMAGE)).model_id == "new"
        assert await house.find(switchboard, PICTURES[0]) == "fingerprint 2"
