"""Asks the engine what something is, and keeps of the answer what the asker may be shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.classify._subject import Subject
from bot.places import readable_ids
from bot.viewers import OneViewer
from engine.client import EngineCallFailed, EngineClient
from engine.schemas import Classification, ItemKind, LabelSet, NearestExample


@dataclass(frozen=True)
class Example:
    """A labelled item near the one asked about.

    Attributes:
        thumbnail: WebP of a picture; None for texts, or when it could not be had.
    """

    nearest: NearestExample
    thumbnail: bytes | None = None


@dataclass(frozen=True)
class Classified:
    """The answer to what something is.

    Attributes:
        labelset: whose classes it was asked by; None for names alone.
        examples: the nearest labelled items that the asker may see.
    """

    subject: Subject
    labelset: LabelSet | None
    answer: Classification
    examples: Sequence[Example]


async def classify(
    subject: Subject,
    viewer: OneViewer,
    engine: EngineClient,
    *,
    labelset: LabelSet | None,
    class_names: Sequence[str] | None = None,
) -> Classified:
    """Answers by a label set's classes, or by names alone.

    Raises:
        EngineCallFailed: the engine cannot answer.
    """
    request = subject.request(
        str(viewer.guild.id),
        await readable_ids(viewer, engine),
        labelset_id=labelset.labelset_id if labelset is not None else None,
        class_names=class_names,
    )
    answer = await engine.classify(request, subject.picture)
    examples = await _examples(answer, subject.kind, viewer, engine)
    return Classified(subject, labelset, answer, examples)


async def _examples(
    answer: Classification, kind: ItemKind, viewer: OneViewer, engine: EngineClient
) -> list[Example]:
    named = {int(each.place.channel_id) for each in answer.nearest}
    readable = {str(channel.id) for channel in await viewer.readable(named, for_show=True)}
    shown = [each for each in answer.nearest if each.place.channel_id in readable]
    if kind is ItemKind.TEXT:
        return [Example(each) for each in shown]
    return list(await asyncio.gather(*(_pictured(each, engine) for each in shown)))


async def _pictured(nearest: NearestExample, engine: EngineClient) -> Example:
    try:
        return Example(nearest, await engine.thumbnail(nearest.item_id))
    except EngineCallFailed:
        return Example(nearest)
