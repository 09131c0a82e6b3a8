"""The composition root: builds every part of the engine, and alone sees every adapter."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import asdict
from types import TracebackType
from typing import Self

import structlog

from engine.blobs import BlobStore
from engine.catalogue import Catalogue
from engine.encoders.batcher import BatchLimits
from engine.encoders.detector import Detector, DetectorRules, open_detector
from engine.encoders.detector_weights import DetectorSource
from engine.encoders.profiles import EncoderChoice, choose
from engine.encoders.registry import Encoders
from engine.errors import Busy, EncoderMismatch, EngineError, NotReady
from engine.extraction import ReadingLimits
from engine.ingest import (
    Collections,
    Embedder,
    EmbeddingModels,
    Expiry,
    Forgetter,
    ItemIndex,
    Originals,
    PictureHashing,
    PictureReading,
    Reconciler,
    Thumbnails,
    UploadLimits,
    Uploads,
    Verifier,
)
from engine.ingest.contents import ContentReader
from engine.ingest.documents import DocumentDecoder
from engine.ingest.picture_detection import PictureDetection
from engine.ingest.picture_text import PictureTextDecoder
from engine.ingest.pictures import PictureDecoder
from engine.ingest.workers import WorkerPool
from engine.jobs.corpora import Corpora
from engine.jobs.exam_room import ExamRoom
from engine.jobs.folders import JobFolders
from engine.jobs.ordering import Terms
from engine.jobs.registry import Registry
from engine.jobs.supervision import WorkerSupervisor
from engine.jobs.sweeping import Sweeper
from engine.maps.service import MapSettings
from engine.maps.shelf import MapShelf
from engine.maps.showing import MapShowing
from engine.maps.workshop import MapWorkshop
from engine.schemas import Profile, Readiness
from engine.search.query import QueryLimits
from engine.services import Services, build_services
from engine.serving import Serving, located
from engine.settings import EngineSettings
from engine.switchboard import Switchboard
from engine.tokens import Tokens
from engine.vectors.choice import vector_store
from engine.vectors.sparse import Bm25Encoder

log = structlog.get_logger(__name__)


class Engine:
    """Everything one engine process consists of; an async context manager.

    On entry the stores open, so that uploads are taken at once. The encoders load in the
    background; until they are warm, `search` raises NotReady and uploads wait to be embedded.
    `closing` is set when the process is told to stop: answers that would go on for ever end then.
    """

    def __init__(self, settings: EngineSettings, tokens: Tokens) -> None:
        self.settings = settings
        self.tokens = tokens
        self.start_error: EngineError | None = None
        self.reading: PictureReading | None = None
        self.detection: PictureDetection | None = None
        self._detector: Detector | None = None
        self.closing = asyncio.Event()
        self._warm_error: EngineError | None = None
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._open_stores()
        except EngineError as error:
            self.start_error = error
            await self._closing.aclose()
            raise
        warming = asyncio.create_task(self._warm_up(), name="warm-up")
        self._closing.push_async_callback(_cancelled, warming)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._closing.aclose()

    @property
    def services(self) -> Services:
        """What answers questions, once the encoders are warm.

        Raises:
            NotReady: they are not.
        """
        if self._switchboard.now is None:
            raise self._warm_error or NotReady(
                "The engine is warming up; searches work in a moment.", retry_after_s=2.0
            )
        return self._switchboard.now.services

    @property
    def encoders(self) -> Encoders:
        """Those that serve, or the first ones while they are loading."""
        serving = self._switchboard.now
        return self._first_encoders if serving is None else serving.encoders

    async def readiness(self) -> Readiness:
        """Whether searches can be answered, and what is loaded."""
        warm = self._switchboard.now is not None
        checks = {
            "catalogue": "ok",
            "vectors": "restarting" if warm and not self.vectors.alive else "ok",
            "encoders": "ok" if self.encoders.alive else "a worker died; restart the engine",
        }
        if self._detector is not None and not self._detector.alive:
            checks["detector"] = "its worker died; restart the engine"
        broken = [name for name, state in checks.items() if state != "ok"]
        if self._warm_error is not None:
            status, detail = "failing", self._warm_error.detail
        elif broken:
            status, detail = "failing", f"Not working: {', '.join(broken)}."
        elif not warm:
            status, detail = "warming_up", "The encoders are loading."
        else:
            status, detail = "ready", "Searches are answered."
        detectors = [] if self._detector is None else [self._detector.state]
        states = [*self.encoders.states(), *detectors]
        return Readiness.model_validate(
            {
                "status": status,
                "detail": detail,
                "profile": self.profile,
                "device": states[0].device,
                "encoders": states,
                "checks": checks,
            }
        )

    async def _open_stores(self) -> None:
        settings, closing = self.settings, self._closing
        self.catalogue = await Catalogue.open(settings.data_dir / "catalogue.sqlite")
        closing.push_async_callback(self.catalogue.close)
        self.blobs = BlobStore(settings.data_dir / "blobs", min_free_bytes=settings.min_free_bytes)
        workers = WorkerPool(workers=settings.decode_workers)
        closing.push_async_callback(workers.close)
        self.pictures = PictureDecoder(
            workers,
            timeout_s=settings.decode_timeout_s,
            max_pixels=settings.max_pixels,
        )
        self.documents = DocumentDecoder(
            workers,
            ReadingLimits(
                max_pages=settings.max_document_pages,
                max_chars=settings.max_document_chars,
                max_passages=settings.max_document_passages,
                max_memory_bytes=settings.max_document_memory_bytes,
            ),
            timeout_s=settings.document_timeout_s,
        )
        self._picture_text = PictureTextDecoder(
            workers, timeout_s=settings.ocr_timeout_s, max_pixels=settings.max_pixels
        )
        self.vectors = vector_store(settings)
        closing.push_async_callback(self.vectors.close)
        self._job_folders = JobFolders(settings.data_dir)
        self._workers = WorkerSupervisor(self.catalogue.job_runs, self._job_folders)
        self.profile, self._choice = await self._kept_choice()
        self._batch_limits = BatchLimits(
            max_batch=settings.max_batch,
            max_batch_wait_ms=settings.max_batch_wait_ms,
            max_queue=settings.max_queue,
        )
        self._first_encoders = Encoders(
            located(self._choice, self._job_folders),
            rerank_model=settings.rerank_model,
            device=settings.device,
            limits=self._batch_limits,
        )
        closing.push_async_callback(self._first_encoders.close)
        self._exam_room = ExamRoom(timeout_s=settings.assess_timeout_s)
        closing.push_async_callback(self._exam_room.close)
        self._map_shelf = MapShelf()
        self._workshop = MapWorkshop(timeout_s=settings.map_timeout_s)
        closing.push_async_callback(self._workshop.close)
        self._fitting, self._measuring = (
            ThreadPoolExecutor(1, thread_name_prefix=name) for name in ("fit", "measure")
        )
        for executor in (self._fitting, self._measuring):
            closing.callback(executor.shutdown, wait=False, cancel_futures=True)
        self._build_ingest()

    def _build_ingest(self) -> None:
        settings, catalogue, blobs = self.settings, self.catalogue, self.blobs
        originals = Originals(blobs, catalogue)
        self._index = ItemIndex(catalogue)
        self._contents = ContentReader(catalogue, blobs, self.pictures)
        self.embedder = Embedder(
            catalogue,
            self._contents,
            self._index,
            batch_size=settings.embed_batch,
            on_embedded=self._look_at_pictures,
        )
        if settings.ocr:
            self.reading = PictureReading(
                catalogue, blobs, self._picture_text, on_text=self.embedder.wake
            )
        self._hashing = PictureHashing(catalogue, blobs, self.pictures)
        self.uploads = Uploads(
            catalogue,
            blobs,
            originals,
            self.pictures,
            self.documents,
            UploadLimits(settings.max_file_bytes, settings.max_text_chars),
            on_arrival=self.embedder.wake,
        )
        self.thumbnails = Thumbnails(blobs, self.pictures)
        self.maps = MapShowing(self._map_shelf, catalogue, self.thumbnails, self._workshop)
        self.forgetter = Forgetter(catalogue, self._index, originals, on_change=self.embedder.wake)
        self.verifier = Verifier(catalogue, blobs, originals, self._index)
        self._reconciler = Reconciler(
            catalogue,
            blobs,
            originals,
            self._index,
            Expiry(catalogue, self.forgetter),
            every_s=settings.reconcile_every_s,
            on_change=self.embedder.wake,
        )
        self._switchboard = Switchboard(
            catalogue,
            self.vectors,
            self._index,
            self.embedder,
            self._reconciler,
            self._contents,
            folders=self._job_folders,
            build=self._serve,
            profile=self.profile,
        )
        self._closing.push_async_callback(self._switchboard.close)
        self.registry = Registry(catalogue, self._job_folders, self._switchboard)

    async def _kept_choice(self) -> tuple[Profile, EncoderChoice]:
        """The profile and models chosen at first start, which this start may be."""
        settings = self.settings
        wanted = settings.profile or Profile.STARTER
        models = choose(
            wanted, clip_model=settings.clip_model, sentence_model=settings.sentence_model
        )
        kept = await self.catalogue.meta.set_once(
            "encoders", json.dumps({"profile": wanted, **asdict(models)})
        )
        chosen = json.loads(kept)
        profile = Profile(chosen.pop("profile"))
        if settings.profile is not None and settings.profile is not profile:
            raise EncoderMismatch(
                f"This data folder was started with profile {profile}, and ENGINE_PROFILE asks "
                f"for {settings.profile}. Unset it, or start a new folder with --data."
            )
        return profile, EncoderChoice(**chosen)

    async def _warm_up(self) -> None:
        """Loads the encoders, then runs what needs them until the engine closes."""
        try:
            await self._first_encoders.open()
            await self._open_detector()
            await self._start_serving()
        except Exception as error:
            self._warm_error = (
                error
                if isinstance(error, EngineError)
                else NotReady("The engine failed to start; its log has the details.")
            )
            log.exception("warm_up_failed")
            return
        log.info("ready", profile=self.profile)
        async with asyncio.TaskGroup() as background:
            background.create_task(self.embedder.run(), name="embedder")
            background.create_task(self._reconciler.run(), name="reconciler")
            background.create_task(self._hashing.run(), name="hashing old pictures")
            background.create_task(self._workers.run(), name="job workers")
            corpora = Corpora(self.catalogue.learnable)
            sweeper = Sweeper(self.catalogue.job_runs, self._job_folders, corpora, self.registry)
            background.create_task(sweeper.run(), name="sweeping forgotten jobs")
            if self.reading is not None:
                background.create_task(self.reading.run(), name="reading pictures")
            if self.detection is not None:
                background.create_task(self.detection.run(), name="finding regions")

    async def _start_serving(self) -> None:
        """Begins to serve, once the vector index is there; while it is away, searches say so."""
        while True:
            try:
                await self._switchboard.start(self._choice, self._first_encoders)
            except (Busy, NotReady) as error:
                if error.retry_after_s is None:
                    raise
                self._warm_error = error
                await asyncio.sleep(error.retry_after_s)
            else:
                self._warm_error = None
                return

    async def _open_detector(self) -> None:
        """Loads the detector, if there shall be one; what another one has found goes."""
        settings, regions = self.settings, self.catalogue.regions
        if settings.detector is None:
            await regions.drop_others(None)
            return
        self._detector = await open_detector(
            DetectorSource(settings.detector, settings.detector_weights),
            DetectorRules(settings.detector_min_score, settings.max_regions),
            device=settings.device,
            limits=self._batch_limits,
        )
        self._closing.push_async_callback(self._detector.close)
        await regions.drop_others(self._detector.fingerprint)
        self.detection = PictureDetection(
            self.catalogue, self._contents, self._detector, on_regions=self.embedder.wake
        )

    async def _serve(
        self, choice: EncoderChoice, encoders: Encoders, collections: Collections
    ) -> Serving:
        """Builds all that stands on one choice of encoders."""
        settings, terms = self.settings, Bm25Encoder()
        services = await build_services(
            self.catalogue,
            self.blobs,
            encoders,
            collections,
            self.pictures,
            terms,
            limits=QueryLimits(settings.max_query_parts, settings.max_query_chars),
            detector=None if self._detector is None else self._detector.fingerprint,
            executor=self._fitting,
            measuring=self._measuring,
            job_folders=self._job_folders,
            job_terms=Terms(
                located(choice, self._job_folders),
                settings.device,
                settings.max_waiting_jobs,
                settings.glove_file,
            ),
            on_order=self._workers.wake,
            exam_room=self._exam_room,
            workshop=self._workshop,
            map_shelf=self._map_shelf,
            map_settings=MapSettings.of(settings, self._job_folders.models),
        )
        models = EmbeddingModels(encoders.clip, encoders.sentence, terms)
        return Serving(choice, encoders, collections, models, services)

    def _look_at_pictures(self) -> None:
        for looking in (self.reading, self.detection):
            if looking is not None:
                looking.wake()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
