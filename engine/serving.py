"""Everything that belongs to one choice of encoders, so that it is swapped as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.encoders.naming import ENCODER
from engine.encoders.profiles import EncoderChoice
from engine.encoders.registry import Encoders
from engine.ingest import Collections, EmbeddingModels
from engine.jobs.folders import JobFolders
from engine.schemas import ItemKind, model_id_of
from engine.services import Services


@dataclass(frozen=True)
class Serving:
    """What answers requests; one that has begun on it ends on it, whatever serves by then.

    Attributes:
        choice: by name; ``model:ID`` stands for a model of the registry.
    """

    choice: EncoderChoice
    encoders: Encoders
    collections: Collections
    models: EmbeddingModels
    services: Services


Build = Callable[[EncoderChoice, Encoders, Collections], Awaitable[Serving]]
"""Builds all that stands on warm encoders and open collections."""


def located(choice: EncoderChoice, folders: JobFolders) -> EncoderChoice:
    """The choice with the folders of models of the registry in place of their names."""
    return EncoderChoice(*(_located(name, folders) for name in (choice.clip, choice.sentence)))


def with_model(choice: EncoderChoice, kind: ItemKind, name: str) -> EncoderChoice:
    """The choice with another encoder for items of a kind."""
    if kind is ItemKind.IMAGE:
        return replace(choice, clip=name)
    return replace(choice, sentence=name)


def name_of(choice: EncoderChoice, kind: ItemKind) -> str:
    """The encoder for items of a kind."""
    return choice.clip if kind is ItemKind.IMAGE else choice.sentence


def _located(name: str, folders: JobFolders) -> str:
    model_id = model_id_of(name)
    return name if model_id is None else str(Path(folders.model(model_id)) / ENCODER)
