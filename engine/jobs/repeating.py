"""Repeats a job from its manifest: the same snapshot, methods and seed, so the same metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.catalogue.job_runs import JobRunRepository
from engine.catalogue.jobs import JobOrder, JobRepository
from engine.encoders.profiles import EncoderChoice
from engine.errors import Conflict, NotFound, StorageFailed
from engine.jobs.choosing import chosen
from engine.jobs.folders import JobFolders
from engine.jobs.ordering import Terms, job_id_of
from engine.schemas import Job, JobManifest
from engine.training.run import Run, RunFiles
from engine.training.snapshot import SNAPSHOT, Snapshot
from engine.training.versions import differences, installed_versions


class JobRepeats:
    """Gives manifests, and takes them.

    Args:
        jobs: rows of jobs, for who asks for them.
        runs: the same, for what they learn from.
        folders: where snapshots and manifests are.
        terms: of every job.
        on_order: called when there is one more to be run.
    """

    def __init__(
        self,
        jobs: JobRepository,
        runs: JobRunRepository,
        folders: JobFolders,
        terms: Terms,
        on_order: Callable[[], None],
    ) -> None:
        self._jobs = jobs
        self._runs = runs
        self._folders = folders
        self._terms = terms
        self._on_order = on_order

    async def manifest(self, job_id: str) -> JobManifest:
        """What repeats a job.

        Raises:
            NotFound: there is no such job, or what it learnt from was deleted.
        """
        job = await self._jobs.get(job_id)
        run = await asyncio.to_thread(self._run, job_id)
        return JobManifest(
            job_id=job_id,
            library_id=job.library_id,
            labelset_id=job.labelset_id,
            labelset_name=job.labelset_name,
            methods=list(run.methods),
            seed=run.seed,
            snapshot=run.snapshot.name,
            clip=run.encoders.clip,
            sentence=run.encoders.sentence,
            backbone=run.backbone,
            device=run.device,
            versions=dict(run.versions),
        )

    async def start(self, manifest: JobManifest, key: str | None) -> Job:
        """Orders the job of a manifest once more; what differs from then is in its reason.

        Raises:
            NotFound: the snapshot is not here.
            Conflict: something that it learnt from was deleted or changed; or the key named a job
                on another set.
            BadRequest: the manifest names what there is not.
            Busy: too many jobs of the library wait.
            StorageFailed: the disk took no more.
        """
        snapshot = await self._standing(manifest.snapshot)
        methods, _ = chosen(
            snapshot.kind, manifest.methods, smallest_class=0, backbone=manifest.backbone
        )
        order = JobOrder(
            job_id=job_id_of(key),
            library_id=manifest.library_id,
            labelset_id=manifest.labelset_id,
            labelset_name=manifest.labelset_name,
            methods=methods,
            backbone=manifest.backbone,
            seed=manifest.seed,
            snapshot=manifest.snapshot,
            reason=self._reason(manifest),
            asked_by=manifest.asked_by,
        )
        known = await self._jobs.find(order.job_id)
        if known is None:
            await asyncio.to_thread(self._write, order, manifest)
        job = await self._jobs.order(order, max_waiting=self._terms.max_waiting)
        self._on_order()
        return job

    async def _standing(self, digest: str) -> Snapshot:
        """A snapshot of which nothing was deleted."""
        folder = self._folders.snapshot(digest)
        if not (folder / SNAPSHOT).is_file():
            raise NotFound(
                f"The snapshot {digest[:12]} is not here: its jobs or something that they learnt "
                "from were deleted, or it was taken on another machine. Start a new job instead."
            )
        snapshot = await asyncio.to_thread(Snapshot.read, folder)
        contents = {row.item_id: row.sha256 for row in snapshot.rows}
        lost = len(contents) - len(await self._runs.still_there(contents))
        if lost:
            raise Conflict(
                f"{lost} of the items of the snapshot {digest[:12]} were deleted or changed since, "
                "so the job cannot be repeated. Start a new one instead."
            )
        return snapshot

    def _reason(self, manifest: JobManifest) -> str:
        then = {**manifest.versions, "device": manifest.device}
        now = {**installed_versions(), "device": self._terms.device}
        changed = differences(then, now)
        said = f"Repeats the job {manifest.job_id}."
        if not manifest.versions:
            return f"{said} With which versions that ran is not known, so it may end otherwise."
        if not changed:
            return said
        return f"{said} Other than then, so that it may end otherwise: {', '.join(changed)}."

    def _run(self, job_id: str) -> Run:
        folder = self._folders.run(job_id)
        if not RunFiles(folder).manifest.is_file():
            raise NotFound(
                "The job has no manifest any more, as something that it learnt from was deleted."
            )
        return Run.read(folder)

    def _write(self, order: JobOrder, manifest: JobManifest) -> None:
        run = Run(
            order.job_id,
            order.methods,
            order.seed,
            snapshot=self._folders.snapshot(order.snapshot),
            blobs=self._folders.blobs,
            encoders=EncoderChoice(manifest.clip, manifest.sentence),
            device=self._terms.device,
            glove_file=self._terms.glove_file,
            backbone=order.backbone,
            versions=installed_versions(),
        )
        try:
            run.write(self._folders.run(order.job_id))
        except OSError as error:
            raise StorageFailed(
                f"The job's manifest could not be written ({error.strerror}). No job was started; "
                "free some disk space, then try again."
            ) from error
