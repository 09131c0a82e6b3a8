"""A job's model enters the registry: its folder moves, its card is completed, its row kept."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from engine.catalogue import Catalogue
from engine.catalogue.registry import LearntItem
from engine.jobs.corpora import LEARNT_FROM_BY
from engine.jobs.folders import JobFolders
from engine.schemas import Comparison, Job, ModelCard
from engine.training.corpus import read_corpus
from engine.training.files import write_atomically
from engine.training.run import CARD, RunFiles
from engine.training.snapshot import SNAPSHOT, Snapshot, Split

log = structlog.get_logger(__name__)


class Registrar:
    """Registers models, one a job. Each step may be cut off; registering again goes on there.

    Args:
        catalogue: where jobs and models have their rows.
        folders: where they have their files.
    """

    def __init__(self, catalogue: Catalogue, folders: JobFolders) -> None:
        self._jobs = catalogue.jobs
        self._models = catalogue.models
        self._folders = folders

    async def register(self, job_id: str, comparison: Comparison) -> None:
        """Registers the model of a job that is done, where it has left one; twice is one model.

        A job that was cancelled, or whose library is forgotten, has its model deleted.
        """
        if await self._models.has(job_id):
            return
        job = await self._jobs.find(job_id)
        card = await asyncio.to_thread(self._taken_over, job) if job is not None else None
        if card is None:
            return
        learnt_from = await asyncio.to_thread(
            self._learnt_from, card, every_row=comparison.folds > 0
        )
        if learnt_from and await self._models.register(card, learnt_from):
            log.info("model_registered", model_id=card.model_id, servable=card.servable)
        else:
            await asyncio.to_thread(shutil.rmtree, self._folders.model(job_id))

    def _taken_over(self, job: Job) -> ModelCard | None:
        """The card of the job's model, which has its place among the models then."""
        left, kept = RunFiles(self._folders.run(job.job_id)).model, self._folders.model(job.job_id)
        try:
            if not kept.exists() and (left / CARD).is_file():
                _complete(left / CARD, job)
                self._folders.models.mkdir(exist_ok=True)
                left.replace(kept)
            if (kept / CARD).is_file():
                return ModelCard.model_validate_json((kept / CARD).read_bytes())
        except ValueError:
            log.exception("card_unreadable", job_id=job.job_id)
        return None

    def _learnt_from(self, card: ModelCard, *, every_row: bool) -> Sequence[LearntItem]:
        """The items that shaped a model: those it was only tested on have not.

        Args:
            card: of the model.
            every_row: each row was tested on once and learnt from otherwise.

        Returns:
            Nothing when the snapshot is swept, because something in it was deleted.
        """
        folder = self._folders.snapshot(card.snapshot)
        if not (folder / SNAPSHOT).is_file():
            return []
        shaping = {
            row.item_id: LearntItem(row.item_id, row.sha256)
            for row in Snapshot.read(folder).rows
            if every_row or row.split is not Split.TEST
        }
        if card.method in LEARNT_FROM_BY:
            for each in read_corpus(folder):
                unlabelled = LearntItem(each.item_id, each.sha256, labelled=False)
                shaping.setdefault(each.item_id, unlabelled)
        return list(shaping.values())


def _complete(card: Path, job: Job) -> None:
    """Adds what the process that trained the model does not know."""
    facts = {
        "model_id": job.job_id,
        "library_id": job.library_id,
        "labelset_id": job.labelset_id,
        "labelset_name": job.labelset_name,
        "created_at": datetime.now(UTC).isoformat(),
    }
    completed = ModelCard.model_validate({**json.loads(card.read_bytes()), **facts})
    write_atomically(card, completed.model_dump_json())
