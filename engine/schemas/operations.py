"""Encoding, health and verification."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.schemas.base import Profile, Schema


class EncodeRequest(Schema):
    """Texts to encode, or (multipart) pictures in the order of the files."""

    encoder: str = "clip"
    texts: list[str] | None = None


class EncodeAnswer(Schema):
    """Features: float32 (N, D), L2-normalised, row i for input i, base64 of little-endian bytes."""

    encoder: str
    fingerprint: str
    shape: tuple[int, int]
    features_base64: str


class EncoderState(Schema):
    """One loaded (or loading) encoder."""

    name: str
    model: str
    fingerprint: str | None = None
    embed_dim: int | None = None
    device: str
    dtype: str
    queue_length: int = 0
    alive: bool = True


class Readiness(Schema):
    """Whether the engine can answer searches, and if not, why."""

    status: Literal["ready", "warming_up", "failing"]
    detail: str
    profile: Profile
    device: str
    encoders: list[EncoderState] = Field(default_factory=list)
    checks: dict[str, str] = Field(default_factory=dict)


class Backlog(Schema):
    """Items of all libraries that wait to be embedded."""

    pending: int


class VerifyReport(Schema):
    """Comparison of catalogue, blobs and vectors."""

    items: int
    blobs: int
    points: int
    missing_blobs: list[str] = Field(default_factory=list)
    orphan_blobs: list[str] = Field(default_factory=list)
    missing_points: list[str] = Field(default_factory=list)
    orphan_points: list[str] = Field(default_factory=list)
    stale_points: list[str] = Field(default_factory=list)
    damaged_blobs: list[str] = Field(default_factory=list)
    clean: bool
