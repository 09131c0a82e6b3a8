"""Which encoders serve: another takes over once its collections are whole, and back again.

What serves and what served before is decided in the catalogue. The vectors follow: a collection is
found by the fingerprint of its encoder, so a crash between two steps is put right at the next
start.
See docs/adr/0028-taking-over.md.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import structlog

from engine.catalogue import Catalogue
from engine.discarding import Discarding
from engine.encoders.profiles import EncoderChoice
from engine.encoders.registry import Encoders
from engine.errors import Conflict, EngineError, NotReady
from engine.ingest import Collections, Embedder, ItemIndex, Reconciler
from engine.ingest.collections import CollectionName
from engine.ingest.contents import ContentReader
from engine.ingest.rebuilding import Rebuild
from engine.jobs.folders import JobFolders
from engine.schemas import (
    MODEL_NAME,
    ItemKind,
    Profile,
    Reindex,
    ReindexState,
    ServingModel,
    model_id_of,
)
from engine.serving import Build, Serving, located, name_of, with_model
from engine.vectors.port import VectorIndex, VectorStore

log = structlog.get_logger(__name__)

ENCODERS, BEFORE, REINDEX = "encoders", "encoders_before", "reindex"
"""Keys in the catalogue: what serves, what did before by kind of item, how far building is."""


@dataclass(frozen=True)
class Before:
    """What served items of a kind before.

    Attributes:
        name: of the encoder.
        keys: of its collections; see `CollectionSpec.key`.
    """

    name: str
    keys: Sequence[str]


class Switchboard:
    """Knows what serves, and changes it.

    Args:
        catalogue: where it is decided.
        store: of the collections.
        index: of the items.
        embedder: embeds what arrives.
        reconciler: catches up after going back.
        contents: reads items.
        folders: where models lie.
        build: builds what serves.
        profile: of the data folder, kept beside the choice.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        store: VectorStore,
        index: ItemIndex,
        embedder: Embedder,
        reconciler: Reconciler,
        contents: ContentReader,
        *,
        folders: JobFolders,
        build: Build,
        profile: Profile,
    ) -> None:
        self._catalogue = catalogue
        self._store = store
        self._index = index
        self._embedder = embedder
        self._reconciler = reconciler
        self._contents = contents
        self._folders = folders
        self._build = build
        self._profile = profile
        self._serving: Serving | None = None
        self._before: dict[str, Before] = {}
        self._catching_up: asyncio.Task[object] | None = None
        self._warm: Serving | None = None
        self._progress: Reindex | None = None
        self._building: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self._discarding = Discarding(
            store, index, kept=lambda: self._bundles, used=lambda: self._used
        )

    @property
    def now(self) -> Serving | None:
        """What serves; None while the first encoders are loading."""
        return self._serving

    async def start(self, choice: EncoderChoice, encoders: Encoders) -> None:
        """Begins to serve with encoders that are warm, and goes on with what was being built."""
        collections = await Collections.open(
            self._store, clip=encoders.clip.card, sentence=encoders.sentence.card
        )
        self._index.attach(collections)
        serving = await self._build(choice, encoders, collections)
        self._embedder.use(serving.models)
        before = json.loads(await self._catalogue.meta.get(BEFORE) or "{}")
        self._before = {kind: Before(**each) for kind, each in before.items()}
        stored = await self._catalogue.meta.get(REINDEX)
        self._progress = None if stored is None else Reindex.model_validate_json(stored)
        self._serving = serving
        await self._tidy()
        if self._progress is not None and self._progress.under_way:
            self._begin(self._progress)

    async def close(self) -> None:
        """Stops building, which goes on at the next start, and closes what serves or did."""
        self._discarding.hurry()
        for task in (self._building, self._catching_up):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        await self._discarding.wait()
        for each in self._bundles:
            await each.services.close()
            await each.encoders.close()

    async def serving(self) -> list[ServingModel]:
        """What serves now, one for each kind of item.

        Raises:
            NotReady: the first encoders are loading.
        """
        return [self._of(kind) for kind in ItemKind]

    async def reindexing(self) -> Reindex | None:
        """How far the latest new collection is; None before there was one."""
        return self._progress

    async def activate(self, model_id: str, kind: ItemKind) -> Reindex:
        """Begins to build a model's collections, or says how far that is.

        Raises:
            Conflict: it serves already, or another is being built.
            NotReady: the first encoders are loading.
        """
        async with self._changing:
            if model_id_of(name_of(self._ready().choice, kind)) == model_id:
                raise Conflict("This model serves already.")
            if self._progress is not None and self._progress.under_way:
                if self._progress.model_id != model_id:
                    raise Conflict(
                        "Another model is about to take over; wait until it has, or cancel that."
                    )
                return self._progress
            if self._building is not None:
                await asyncio.wait([self._building])  # it may still delete what it has built
            progress = Reindex(model_id=model_id, kind=kind, state=ReindexState.BUILDING)
            await self._keep(progress)
            self._begin(progress)
            return progress

    async def cancel(self) -> None:
        """Stops building; what serves goes on serving."""
        async with self._changing:
            if self._building is None or not self._is_under_way:
                return
            self._building.cancel()
            await asyncio.wait([self._building])
            if self._progress is not None and self._progress.under_way:
                await self._tell(self._progress, state=ReindexState.CANCELLED)

    async def rollback(self, kind: ItemKind) -> ServingModel:
        """Goes back to what served before: at once while that is warm.

        Raises:
            Conflict: nothing served before.
            ModelUnavailable: it cannot be loaded any more.
        """
        async with self._changing:
            choice = self._ready().choice
            before = self._before.get(kind)
            if before is None:
                raise Conflict(f"Nothing else has searched {kind.value}s before.")
            if self._is_under_way:
                raise Conflict("A model is about to take over; cancel that before you go back.")
            choice = with_model(choice, kind, before.name)
            target = self._warm
            if target is None or target.choice != choice:
                log.info("loading_to_go_back", model=before.name)
                target = await self._load(choice)
            await self._refuse_others(target, before)
            await self._switch(target, kind)
            if kind is ItemKind.TEXT:
                # What was deleted since may still be in the vectors of messages that followed it.
                await self._catalogue.embed_queue.requeue_kind(kind)
            self._catch_up()
            return self._of(kind)

    def _begin(self, progress: Reindex) -> None:
        self._building = asyncio.create_task(
            self._take_over(progress), name=f"model {progress.model_id} takes over"
        )

    async def _take_over(self, progress: Reindex) -> None:
        """Builds, verifies, switches; says what became of it."""
        target: Serving | None = None
        try:
            await self._discarding.wait()  # three bundles fill the memory, and names are theirs
            name = f"{MODEL_NAME}{progress.model_id}"
            target = await self._load(with_model(self._ready().choice, progress.kind, name))
            await self._fill(target, progress)
            async with self._changing:
                await self._switch(target, progress.kind, self._progress)
            self._catch_up()
        except Exception as error:
            log.exception("take_over_failed", model_id=progress.model_id)
            reason = error.detail if isinstance(error, EngineError) else "The log has the details."
            failed = {"state": ReindexState.FAILED, "reason": reason}
            await self._keep(progress.model_copy(update=failed))
        finally:
            self._embedder.keep_up(None)
            if target is not None and target is not self._serving:
                await asyncio.shield(
                    self._discarding.at_once(target)
                )  # or kept, for the next start

    async def _load(self, choice: EncoderChoice) -> Serving:
        """Loads another choice beside what serves."""
        serving = self._ready().encoders
        encoders = serving.followed_by(located(choice, self._folders))
        try:
            await encoders.open()
            collections = await Collections.begin(
                self._store, clip=encoders.clip.card, sentence=encoders.sentence.card
            )
            return await self._build(choice, encoders, collections)
        except BaseException:
            await asyncio.shield(encoders.close(sparing=[serving]))
            raise

    async def _fill(self, target: Serving, progress: Reindex) -> None:
        names = self._new(target)
        for name in names:
            self._index.keep_clean(target.collections.named(name))
        index = self._index.beside(target.collections)
        items = self._catalogue.items
        rebuild = Rebuild(items, index, target.collections, names, self._contents, target.models)
        self._embedder.keep_up(rebuild)
        total, done = await items.count(), 0
        async for seen in rebuild.run():
            done += seen
            await self._tell(progress, done=min(done, total), total=total)
        await self._tell(progress, done=total, total=total, state=ReindexState.VERIFYING)
        await rebuild.verify()

    async def _switch(
        self, target: Serving, kind: ItemKind, progress: Reindex | None = None
    ) -> None:
        """Has another bundle serve; the one so far stays warm.

        Args:
            target: loaded, its collections whole.
            kind: of the items that another encoder searches.
            progress: of building it, which ends with this.
        """
        serving, new = self._ready(), self._new(target)
        keys = [serving.collections.named(name).spec.key for name in new]
        before = {**self._before, kind.value: Before(name_of(serving.choice, kind), keys)}
        ended = progress and progress.model_copy(update={"state": ReindexState.ACTIVE})
        await self._index.switch(target.collections, self._decided(target, before, ended))
        self._embedder.use(target.models)
        outdated, self._warm = self._warm, serving
        self._serving, self._before = target, before
        self._progress = ended or self._progress
        for name in new:
            self._index.keep_clean(serving.collections.named(name))
        log.info("switched", kind=kind, model=name_of(target.choice, kind))
        await self._point_to(target.collections.named(name) for name in new)
        if outdated is not None and outdated is not target:
            self._discarding.after_requests(outdated)

    def _decided(
        self, target: Serving, before: Mapping[str, Before], ended: Reindex | None
    ) -> Mapping[str, str]:
        """What the catalogue keeps of a switch."""
        decided = {
            ENCODERS: json.dumps({"profile": self._profile, **asdict(target.choice)}),
            BEFORE: json.dumps({kind: asdict(each) for kind, each in before.items()}),
        }
        return decided if ended is None else {**decided, REINDEX: ended.model_dump_json()}

    async def _point_to(self, indexes: Iterable[VectorIndex]) -> None:
        """Makes generations the active ones; where that fails, opening them at a start does."""
        try:
            for index in indexes:
                await self._store.activate(index.spec)
        except EngineError as error:
            log.warning("vectors_not_activated", detail=error.detail)

    def _catch_up(self) -> None:
        """Looks at once for what the collections that serve now lack."""
        if self._catching_up is not None:
            self._catching_up.cancel()
        self._catching_up = asyncio.create_task(self._reconciler.catch_up(), name="catching up")

    async def _tidy(self) -> None:
        """Keeps what may be gone back to free of what was forgotten, and deletes all else."""
        for name in CollectionName:
            for spec in await self._store.generations(name):
                if spec.key not in self._used and not self._is_under_way:
                    await self._store.drop(spec)
                elif spec != self._ready().collections.named(name).spec:
                    index = await self._store.begin_generation(spec)
                    self._index.keep_clean(index)
                    await self._index.purge(index)

    async def _refuse_others(self, target: Serving, before: Before) -> None:
        """Refuses to go back to collections that are not those from before."""
        new = {target.collections.named(name).spec.key for name in self._new(target)}
        if not new <= set(before.keys):
            await self._discarding.at_once(target)
            raise Conflict(
                f"The vectors that {before.name} had made are gone, or the model has changed. Have "
                "it take over again instead."
            )

    @property
    def _bundles(self) -> Sequence[Serving]:
        """What serves, and what is warm to go back to."""
        return [each for each in (self._warm, self._serving) if each is not None]

    @property
    def _is_under_way(self) -> bool:
        return self._progress is not None and self._progress.under_way

    @property
    def _used(self) -> frozenset[str]:
        """Keys of the collections that serve, and of those that may be gone back to."""
        serving = {index.spec.key for index in self._ready().collections}
        return frozenset(serving.union(*(each.keys for each in self._before.values())))

    def _new(self, target: Serving) -> Collection[CollectionName]:
        """The collections in which another bundle differs from what serves."""
        serving = self._ready().collections
        return frozenset(
            name
            for name in CollectionName
            if target.collections.named(name).spec != serving.named(name).spec
        )

    def _of(self, kind: ItemKind) -> ServingModel:
        serving = self._ready()
        name, before = name_of(serving.choice, kind), self._before.get(kind)
        return ServingModel(
            kind=kind,
            name=name,
            fingerprint=serving.collections.of(kind).spec.fingerprint,
            model_id=model_id_of(name),
            previous=before and before.name,
        )

    async def _tell(self, progress: Reindex, **changes: object) -> None:
        await self._keep(progress.model_copy(update=changes))

    async def _keep(self, progress: Reindex) -> None:
        await self._catalogue.meta.put(**{REINDEX: progress.model_dump_json()})
        self._progress = progress

    def _ready(self) -> Serving:
        if self._serving is None:
            raise NotReady("The encoders are loading; try again in a moment.", retry_after_s=2.0)
        return self._serving
