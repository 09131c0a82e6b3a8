"""The tables of training jobs and of the processes that run them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.catalogue.models import Base, UtcDateTime, enum_column
from engine.schemas import JobState


class JobRow(Base):
    """A training job, from the order to its result; see `engine.schemas.Job`.

    The row is the order: a worker hands it to the job queue, whose own rows may be lost or purged.

    Attributes:
        snapshot: hash of what is learnt from; the folder is named so.
        priority: jobs of the library that waited when it was ordered; fewer go first.
        progress: `JobProgress` as JSON.
        comparison: `Comparison` as JSON.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_page", "library_id", "created_at", "job_id"),
        Index("ix_jobs_state", "state"),
    )

    job_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    library_id: Mapped[str] = mapped_column(String(1024))
    labelset_id: Mapped[str] = mapped_column(String(36))
    labelset_name: Mapped[str] = mapped_column(Text)
    methods: Mapped[list[str]] = mapped_column(JSON)
    backbone: Mapped[str] = mapped_column(Text, default="")
    seed: Mapped[int]
    snapshot: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[str] = mapped_column(Text)
    channel_id: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    state: Mapped[JobState] = mapped_column(enum_column(JobState))
    reason: Mapped[str] = mapped_column(Text)
    crashes: Mapped[int] = mapped_column(default=0)
    progress: Mapped[str] = mapped_column(Text, default="{}")
    comparison: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WorkerRow(Base):
    """A worker process that runs jobs, and when it was last known to live."""

    __tablename__ = "job_workers"

    worker_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
