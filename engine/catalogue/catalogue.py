"""The catalogue as one object: opened, asked through its repositories, closed."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from engine.catalogue.audit import AuditRepository
from engine.catalogue.channels import ChannelRepository
from engine.catalogue.database import Database
from engine.catalogue.duplicates import DuplicateRepository
from engine.catalogue.embed_queue import EmbedQueue
from engine.catalogue.feedback import FeedbackRepository
from engine.catalogue.idempotency import IdempotencyRepository
from engine.catalogue.items import ItemRepository
from engine.catalogue.job_runs import JobRunRepository
from engine.catalogue.job_workers import WorkerRepository
from engine.catalogue.jobs import JobRepository
from engine.catalogue.label_cards import CardRepository
from engine.catalogue.label_imports import LabelImportRepository
from engine.catalogue.label_reactions import ReactionRepository
from engine.catalogue.label_sets import LabelSetRepository
from engine.catalogue.label_votes import VoteRepository
from engine.catalogue.labels import LabelRepository
from engine.catalogue.learnable import LearnableRepository
from engine.catalogue.looks import LookRepository
from engine.catalogue.meta import MetaRepository
from engine.catalogue.migrate import upgrade_sqlite
from engine.catalogue.passages import PassageRepository
from engine.catalogue.people import PeopleRepository
from engine.catalogue.regions import RegionRepository
from engine.catalogue.registry import ModelRepository
from engine.catalogue.retention import RetentionRepository
from engine.catalogue.runs import RunRepository
from engine.catalogue.samples import SampleRepository
from engine.catalogue.training import TrainingRepository
from engine.errors import StorageFailed


class Catalogue:
    """What is stored, and the only truth about it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.items = ItemRepository(database)
        self.duplicates = DuplicateRepository(database)
        self.looks = LookRepository(database)
        self.samples = SampleRepository(database)
        self.passages = PassageRepository(database)
        self.regions = RegionRepository(database)
        self.runs = RunRepository(database)
        self.embed_queue = EmbedQueue(database)
        self.channels = ChannelRepository(database)
        self.people = PeopleRepository(database)
        self.retention = RetentionRepository(database)
        self.audit = AuditRepository(database)
        self.feedback = FeedbackRepository(database)
        self.labelsets = LabelSetRepository(database)
        self.labels = LabelRepository(database)
        self.label_imports = LabelImportRepository(database)
        self.votes = VoteRepository(database)
        self.cards = CardRepository(database)
        self.reactions = ReactionRepository(database)
        self.training = TrainingRepository(database)
        self.learnable = LearnableRepository(database)
        self.jobs = JobRepository(database)
        self.job_runs = JobRunRepository(database)
        self.job_workers = WorkerRepository(database)
        self.models = ModelRepository(database)
        self.idempotency = IdempotencyRepository(database)
        self.meta = MetaRepository(database)

    @classmethod
    async def open(cls, path: Path) -> Catalogue:
        """Opens the SQLite catalogue at `path`, creating it and its folder or upgrading it first.

        Raises:
            StorageFailed: the file is no catalogue, cannot be written, or comes from a newer
                version of Magpie.
        """
        await asyncio.to_thread(_create_or_upgrade, path)
        return cls(Database.on_sqlite(path))

    async def tidy(self, *, now: datetime) -> None:
        """Deletes what is kept for a time only, and what deleting has left in the file."""
        await self.idempotency.purge(now=now)
        await self.audit.purge(now=now)
        await self.truncate_log()

    async def truncate_log(self) -> None:
        """Takes what was deleted off the disk: it is in the write-ahead log until then."""
        await self._database.truncate_log()

    async def close(self) -> None:
        """Closes every connection; everything acknowledged is on disk already."""
        await self._database.close()


def _create_or_upgrade(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailed(
            f"The folder {path.parent} cannot be made ({error.strerror}). Choose another."
        ) from error
    upgrade_sqlite(path)
