"""Where jobs keep things in the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.encoders.naming import MODELS


@dataclass(frozen=True)
class JobFolders:
    """Folders and files of jobs.

    Attributes:
        data: the data folder.
    """

    data: Path

    @property
    def catalogue(self) -> Path:
        """The catalogue, whose rows are the orders."""
        return self.data / "catalogue.sqlite"

    @property
    def queue(self) -> Path:
        """The queue's own database: in a busy catalogue's file its steps take ten times as long."""
        return self.data / "jobs.sqlite"

    @property
    def worker_lock(self) -> Path:
        """Held by the worker on this folder."""
        return self.data / "worker.lock"

    @property
    def blobs(self) -> Path:
        """The originals."""
        return self.data / "blobs"

    @property
    def logs(self) -> Path:
        """What processes say."""
        return self.data / "logs"

    @property
    def snapshots(self) -> Path:
        """Of what jobs learn from, one folder each."""
        return self.data / "snapshots"

    @property
    def runs(self) -> Path:
        """Of jobs that have been started, one folder each."""
        return self.data / "runs"

    @property
    def models(self) -> Path:
        """Of models that were trained, one folder each."""
        return self.data / MODELS

    def snapshot(self, digest: str) -> Path:
        """The folder of a snapshot."""
        return self.snapshots / digest

    def run(self, job_id: str) -> Path:
        """The folder of a job's run."""
        return self.runs / job_id

    def model(self, model_id: str) -> Path:
        """The folder of a model."""
        return self.models / model_id
