"""An engine's ingest with a switchboard, whose encoders live in spaces of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from qdrant_client import models as qdrant

from engine.encoders.ports import Features
from engine.encoders.profiles import EncoderChoice
from engine.encoders.registry import Encoders
from engine.errors import ModelUnavailable
from engine.ingest import Collections, EmbeddingModels
from engine.ingest.collections import CLIP, CollectionName
from engine.ingest.contents import ContentReader
from engine.jobs.folders import JobFolders
from engine.schemas import ItemKind, Profile, ReindexState
from engine.services import Services
from engine.serving import Serving, located
from engine.switchboard import ENCODERS, Switchboard
from engine.vectors import MemoryVectorStore
from engine.vectors.sparse import Bm25Encoder
from tests.engine.ingest.fakes import FakeEncoder, picture_file
from tests.engine.ingest.rig import Rig

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
