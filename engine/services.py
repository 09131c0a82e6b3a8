"""What answers questions: the services that need warm encoders, built once these are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from engine.blobs import BlobStore
from engine.catalogue import Catalogue
from engine.encoders.ports import Features
from engine.encoders.registry import Encoders
from engine.ingest import Collections, Thumbnails
from engine.ingest.collections import CLIP, SENTENCE
from engine.ingest.ports import PictureReader
from engine.jobs.assessing import Assessor
from engine.jobs.corpora import Corpora
from engine.jobs.exam_room import ExamRoom
from engine.jobs.folders import JobFolders
from engine.jobs.ordering import JobOrders, Terms
from engine.jobs.preparation import Preparation
from engine.jobs.repeating import JobRepeats
from engine.jobs.snapshots import Snapshots
from engine.labels.classification import ClassifyService
from engine.labels.classifiers import Classifiers
from engine.labels.examples import ExampleReader
from engine.labels.exporting import LabelExporter
from engine.labels.guide import SessionGuide
from engine.labels.item_features import ItemFeatures
from engine.labels.quality import QualityService
from engine.labels.sessions import LabelSessions
from engine.maps.gathering import Gathering
from engine.maps.service import MapService, MapSettings
from engine.maps.shelf import MapShelf
from engine.maps.workshop import MapWorkshop
from engine.schemas import ItemKind
from engine.search.background import Background
from engine.search.duplicate_finder import DuplicateFinder
from engine.search.query import QueryLimits
from engine.search.reference import reference_pictures, reference_sentences, reference_texts
from engine.search.regions import RegionRetriever
from engine.search.retrieval import ImageRetriever, PassageRetriever
from engine.search.service import SearchService
from engine.vectors.sparse import Bm25Encoder


@dataclass(frozen=True)
class Services:
    """The services of one engine."""

    search: SearchService
    duplicates: DuplicateFinder
    classify: ClassifyService
    label_sessions: LabelSessions
    classifiers: Classifiers
    guide: SessionGuide
    quality: QualityService
    exporter: LabelExporter
    job_orders: JobOrders
    job_repeats: JobRepeats
    assessor: Assessor
    snapshots: Snapshots
    maps: MapService

    async def close(self) -> None:
        """Gives up what they do in the background."""
        await self.guide.close()
        await self.classifiers.close()


@dataclass(frozen=True)
class Reference:
    """Features that stand for anything: float32 (N, D), L2-normalised."""

    pictures: Features
    sentences: Features


async def build_services(
    catalogue: Catalogue,
    blobs: BlobStore,
    encoders: Encoders,
    collections: Collections,
    pictures: PictureReader,
    terms: Bm25Encoder,
    *,
    limits: QueryLimits,
    detector: str | None,
    executor: Executor,
    measuring: Executor,
    job_folders: JobFolders,
    job_terms: Terms,
    on_order: Callable[[], None],
    exam_room: ExamRoom,
    workshop: MapWorkshop,
    map_shelf: MapShelf,
    map_settings: MapSettings,
) -> Services:
    """Builds every service on encoders that are warm.

    Args:
        catalogue: what is stored.
        blobs: the originals.
        encoders: loaded.
        collections: of their vectors.
        pictures: decodes what people send.
        terms: of word search.
        limits: of one query.
        detector: fingerprint of the one whose regions are searched, if any are.
        executor: where classifiers are fitted.
        measuring: where label quality is measured; one for itself, as that takes seconds.
        job_folders: where jobs keep things.
        job_terms: of every job.
        on_order: called when a job was ordered.
        workshop: where maps are made.
        map_shelf: where maps are kept.
        map_settings: of every map.
        exam_room: where trained models are asked.
    """
    clip, sentence = encoders.clip, encoders.sentence
    reference = Reference(
        *await asyncio.gather(reference_pictures(clip, pictures), reference_sentences(sentence))
    )
    search = _search(catalogue, encoders, collections, pictures, terms, reference, limits, detector)
    examples = ExampleReader(catalogue.votes)
    features = ItemFeatures(collections, catalogue.runs, sentence)
    classifiers = Classifiers(
        examples,
        features,
        {ItemKind.IMAGE: clip, ItemKind.TEXT: sentence},
        {ItemKind.IMAGE: reference.pictures, ItemKind.TEXT: reference.sentences},
        executor,
    )
    classify = ClassifyService(catalogue, features, classifiers, pictures, clip, sentence)
    guide = SessionGuide(catalogue.cards, features, classifiers, classify, executor)
    dimensions = {
        ItemKind.IMAGE: clip.card.embed_dim,
        ItemKind.TEXT: sentence.card.embed_dim,
    }
    cards = {ItemKind.IMAGE: clip.card, ItemKind.TEXT: sentence.card}
    job_terms = replace(job_terms, device=clip.card.device)  # not auto, so that it can be repeated
    preparation = Preparation(examples, catalogue.items, catalogue.samples, features, cards)
    quality = QualityService(catalogue, features, dimensions, measuring)
    maps = MapService(
        Gathering(catalogue, collections, Thumbnails(blobs, pictures)),
        clip,
        workshop,
        map_shelf,
        map_settings,
    )
    return Services(
        search=search,
        duplicates=DuplicateFinder(catalogue.duplicates, collections.images),
        classify=classify,
        label_sessions=LabelSessions(catalogue, guide),
        classifiers=classifiers,
        guide=guide,
        maps=maps,
        quality=quality,
        exporter=LabelExporter(catalogue, blobs, quality),
        assessor=Assessor(catalogue.models, job_folders, pictures, exam_room, job_terms.device),
        snapshots=Snapshots(preparation, job_folders),
        job_orders=JobOrders(
            catalogue.jobs,
            preparation,
            Corpora(catalogue.learnable),
            job_folders,
            job_terms,
            on_order,
        ),
        job_repeats=JobRepeats(
            catalogue.jobs, catalogue.job_runs, job_folders, job_terms, on_order
        ),
    )


def _search(
    catalogue: Catalogue,
    encoders: Encoders,
    collections: Collections,
    pictures: PictureReader,
    terms: Bm25Encoder,
    reference: Reference,
    limits: QueryLimits,
    detector: str | None,
) -> SearchService:
    images = ImageRetriever(
        collections.images, Background(collections.images, CLIP, reference.pictures)
    )
    passages = PassageRetriever(
        collections.passages,
        Background(
            collections.passages,
            SENTENCE,
            reference.sentences,
            terms.document_vectors(reference_texts()),
        ),
        terms.query_vector,
    )
    regions = None
    if detector is not None:
        background = Background(collections.regions, CLIP, reference.pictures)
        regions = RegionRetriever(collections.regions, background, images, detector)
    return SearchService(
        items=catalogue.items,
        passages=catalogue.passages,
        regions=catalogue.regions,
        pictures=pictures,
        clip=encoders.clip,
        sentence=encoders.sentence,
        image_retriever=images,
        passage_retriever=passages,
        sparse_query=terms.query_vector,
        limits=limits,
        region_retriever=regions,
        reranker=encoders.reranker,
    )
