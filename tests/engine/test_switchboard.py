"""A model takes over searching beside one that serves: nothing is lost, mixed up or left behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from qdrant_client import models as qdrant
from structlog.testing import capture_logs

from engine.encoders.ports import Features
from engine.encoders.profiles import EncoderChoice
from engine.encoders.registry import Encoders
from engine.errors import Conflict, ModelUnavailable, NotReady, StorageFailed
from engine.ingest import Collections, EmbeddingModels
from engine.ingest.collections import CLIP, CollectionName
from engine.ingest.contents import ContentReader
from engine.jobs.folders import JobFolders
from engine.schemas import ForgetRequest, ItemKind, Profile, ReindexState
from engine.services import Services
from engine.serving import Serving, located
from engine.switchboard import ENCODERS, Switchboard
from engine.vectors import MemoryVectorStore
from engine.vectors.sparse import Bm25Encoder
from tests.engine.ingest.fakes import FakeEncoder, picture_file
from tests.engine.ingest.rig import Rig, open_rig

PICTURES = [f"picture {n}" for n in range(20)]


@dataclass
class OwnSpace(FakeEncoder):
    """Its vectors mean nothing to any other encoder."""

    drifts: bool = False
    calls: int = field(default=0)

    def _features(self, inputs: Sequence[bytes]) -> Features:
        self.calls += self.drifts
        salt = f"{self.fingerprint} {self.calls}".encode()
        return super()._features([salt + each for each in inputs])


class FakeEncoders:
    """`Encoders` of a choice; those that a test names can be loaded."""

    def __init__(self, choice: EncoderChoice, known: Mapping[str, FakeEncoder]) -> None:
        self._choice = choice
        self._known = known
        self.closed = False

    def followed_by(self, choice: EncoderChoice) -> FakeEncoders:
        """Those of another choice."""
        return FakeEncoders(choice, self._known)

    async def open(self) -> None:
        """Refuses what cannot be loaded."""
        if {self._named(self._choice.clip), self._named(self._choice.sentence)} - set(self._known):
            raise ModelUnavailable("The folder holds no model.")

    async def close(self, *, sparing: Iterable[FakeEncoders] = ()) -> None:
        """Notes that it is closed."""
        del sparing
        self.closed = True

    @property
    def clip(self) -> FakeEncoder:
        """Of pictures."""
        return self._known[self._named(self._choice.clip)]

    @property
    def sentence(self) -> FakeEncoder:
        """Of texts."""
        return self._known[self._named(self._choice.sentence)]

    def _named(self, name: str) -> str:
        return Path(name).parent.name if "/" in name else name


class Answers:
    """Finds a picture by itself, with the encoder and the collection of one bundle."""

    def __init__(self, encoders: FakeEncoders, collections: Collections) -> None:
        self._encoders = encoders
        self._collections = collections

    async def find(self, rig: Rig, name: str) -> tuple[str, float, str]:
        """Id and score of the best hit, and the fingerprint of who has found it."""
        picture = await rig.pictures.decode(picture_file(name))
        clip = self._encoders.clip
        (features,) = await clip.encode_images([picture.rgb])
        await asyncio.sleep(0)  # a mixture would come from what happens here
        request = qdrant.QueryRequest(query=features.tolist(), using=CLIP, limit=1)
        (hit,) = await self._collections.images.search("lib", request)
        return str(hit.id), hit.score, clip.fingerprint

    async def close(self) -> None:
        """Has nothing to give up."""


@dataclass
class House:
    """An engine's ingest with a switchboard, on what may have been used before."""

    rig: Rig
    store: MemoryVectorStore
    folder: Path
    known: Mapping[str, FakeEncoder]
    new: OwnSpace
    ids: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Switchboard]:
        """From a start of the engine until it stops."""
        switchboard = Switchboard(
            self.rig.catalogue,
            self.store,
            self.rig.index,
            self.rig.embedder,
            self.rig.reconciler,
            ContentReader(self.rig.catalogue, self.rig.blobs, self.rig.pictures),
            folders=JobFolders(self.folder),
            build=self._build,
            profile=Profile.STARTER,
        )
        kept = json.loads(await self.rig.catalogue.meta.get(ENCODERS) or '{"clip": "old"}')
        choice = EncoderChoice(kept["clip"], "sentence")
        encoders: Any = FakeEncoders(located(choice, JobFolders(self.folder)), self.known)
        await switchboard.start(choice, encoders)
        embedding = asyncio.create_task(self.rig.embedder.run())
        try:
            yield switchboard
        finally:
            await switchboard.close()
            embedding.cancel()
            await asyncio.wait([embedding])

    async def _build(
        self, choice: EncoderChoice, encoders: Encoders, collections: Collections
    ) -> Serving:
        models = EmbeddingModels(encoders.clip, encoders.sentence, Bm25Encoder())
        answers: Any = Answers(cast("FakeEncoders", encoders), collections)
        return Serving(choice, encoders, collections, models, cast("Services", answers))

    async def post(self, *names: str) -> None:
        """Uploads pictures, and waits until they are embedded."""
        for name in names:
            self.ids[name] = (await self.rig.post_picture(name, message_id=name)).item_id
        await self.rig.embedder.wait_until_embedded("lib", 20)

    async def find(self, switchboard: Switchboard, name: str) -> str:
        """Finds a picture by itself, and tells whose vectors that took."""
        assert switchboard.now is not None
        answers = cast("Answers", switchboard.now.services)
        item_id, score, fingerprint = await answers.find(self.rig, name)
        assert (item_id, round(score, 4)) == (self.ids[name], 1.0)
        return fingerprint

    async def held(self, item_id: str) -> list[str]:
        """The generations that have a point of an item."""
        specs = [s for name in CollectionName for s in await self.store.generations(name)]
        indexes = [await self.store.begin_generation(spec) for spec in specs]
        return [each.spec.key for each in indexes if await each.retrieve([item_id])]

    async def generations(self) -> list[str]:
        """Fingerprints of the collections of pictures that there are."""
        return [each.fingerprint for each in await self.store.generations(CollectionName.IMAGES)]


class Gate:
    """Stops an encoder before one of its batches."""

    def __init__(self, encoder: FakeEncoder, *, batch: int = 1) -> None:
        self.reached, self._opened = asyncio.Event(), asyncio.Event()
        self._batches_left = batch
        encoder.hook = self._pass

    def open(self) -> None:
        """Lets it go on."""
        self._opened.set()

    async def _pass(self) -> None:
        self._batches_left -= 1
        if self._batches_left == 0:
            self.reached.set()
            await self._opened.wait()


async def ended(switchboard: Switchboard) -> ReindexState:
    """How building has ended, once it has."""
    building = [t for t in asyncio.all_tasks() if t.get_name().endswith("takes over")]
    await asyncio.wait(building)
    reindex = await switchboard.reindexing()
    assert reindex is not None
    return reindex.state


async def take_over(switchboard: Switchboard, *model_ids: str) -> None:
    """Has one model after the other search pictures."""
    for model_id in model_ids:
        await switchboard.activate(model_id, ItemKind.IMAGE)
        assert await ended(switchboard) is ReindexState.ACTIVE


async def over(name: str) -> None:
    """Waits for what is done in the background under a name."""
    doing = [t for t in asyncio.all_tasks() if t.get_name().startswith(name)]
    await asyncio.gather(*doing, return_exceptions=True)


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
