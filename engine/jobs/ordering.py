"""Orders training jobs: what is asked for becomes a snapshot, a run's manifest, and a row."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.catalogue.jobs import JobOrder, JobRepository
from engine.encoders.profiles import EncoderChoice
from engine.errors import Conflict, StorageFailed
from engine.jobs.choosing import Effort, chosen
from engine.jobs.corpora import Corpora
from engine.jobs.folders import JobFolders
from engine.jobs.preparation import Preparation, Prepared
from engine.schemas import Job, NewJob
from engine.training.run import Run
from engine.training.versions import installed_versions

KEYS = uuid.UUID("6f1d0c0e-6a0c-4a39-9a5e-5f0b4a6f7d4e")
"""Namespace in which an idempotency key becomes the id of a job."""


@dataclass(frozen=True)
class Terms:
    """What all jobs of an engine have in common.

    Attributes:
        encoders: the models that serve; fine-tuning starts from them.
        device: torch's name.
        max_waiting: jobs of one library that may wait.
        glove_file: word vectors that texts may be learnt with.
    """

    encoders: EncoderChoice
    device: str
    max_waiting: int
    glove_file: Path | None = None


def job_id_of(key: str | None) -> str:
    """The id of the job that an idempotency key names; without one, a new id."""
    return str(uuid.uuid4() if key is None else uuid.uuid5(KEYS, key))


class JobOrders:
    """Takes orders.

    Args:
        jobs: their rows.
        preparation: takes snapshots.
        corpora: puts a library's texts beside them.
        folders: where snapshots and manifests go.
        terms: of every job.
        on_order: called when there is one more to be run.
    """

    def __init__(
        self,
        jobs: JobRepository,
        preparation: Preparation,
        corpora: Corpora,
        folders: JobFolders,
        terms: Terms,
        on_order: Callable[[], None],
    ) -> None:
        self._jobs = jobs
        self._preparation = preparation
        self._corpora = corpora
        self._folders = folders
        self._terms = terms
        self._on_order = on_order

    async def start(self, new: NewJob, key: str | None) -> Job:
        """Orders a job; the same key again answers the job that it named first.

        Raises:
            NotFound: there is no such set.
            BadRequest: it cannot be trained on, or not so; the reason says what is missing.
            Busy: too many jobs of the library wait.
            Conflict: the key named a job on another set.
            StorageFailed: the disk took no more.
        """
        job_id = job_id_of(key)
        known = await self._jobs.find(job_id)
        if known is not None:
            if known.labelset_id != new.labelset_id:
                raise Conflict("This Idempotency-Key was used for a job on another label set.")
            return known
        prepared = await self._preparation.of(new.labelset_id, new.seed)
        standing = prepared.standing
        smallest = min(standing.usable[name] for name in standing.kept)
        methods, reason = chosen(
            prepared.taught.kind,
            new.methods,
            smallest_class=smallest,
            backbone=new.backbone,
            effort=Effort(self._terms.device, prepared.parameters),
        )
        order = JobOrder(
            job_id=job_id,
            library_id=prepared.taught.library_id,
            labelset_id=new.labelset_id,
            labelset_name=prepared.taught.name,
            methods=methods,
            backbone=new.backbone,
            seed=new.seed,
            snapshot=prepared.snapshot.hash,
            reason=f"{reason} {standing.left_out}".strip(),
            asked_by=new.asked_by,
            channel_id=new.channel_id,
        )
        await asyncio.to_thread(self._write, prepared, order)
        await self._corpora.put_beside(
            self._folders.snapshot(order.snapshot), prepared.snapshot, order.library_id, methods
        )
        job = await self._jobs.order(order, max_waiting=self._terms.max_waiting)
        self._on_order()
        return job

    def _write(self, prepared: Prepared, order: JobOrder) -> None:
        snapshot = self._folders.snapshot(order.snapshot)
        run = Run(
            order.job_id,
            order.methods,
            order.seed,
            snapshot=snapshot,
            blobs=self._folders.blobs,
            encoders=self._terms.encoders,
            device=self._terms.device,
            glove_file=self._terms.glove_file,
            backbone=order.backbone,
            versions=installed_versions(),
        )
        try:
            prepared.write(snapshot)
            run.write(self._folders.run(order.job_id))
        except OSError as error:
            raise StorageFailed(
                f"The snapshot of the labels could not be written ({error.strerror}). No job was "
                "started; free some disk space, then try again."
            ) from error
