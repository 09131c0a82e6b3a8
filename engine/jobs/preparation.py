"""Takes the snapshot that a job learns from: what a label set teaches at the moment of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.catalogue.items import ItemRepository
from engine.catalogue.samples import SampleRepository
from engine.encoders.ports import EncoderCard, Features
from engine.errors import BadRequest
from engine.jobs.refusal import Standing, why_not
from engine.labels.example_features import ExampleFeatures, example_features
from engine.labels.examples import ExampleReader, ExampleSet
from engine.labels.item_features import ItemFeatures
from engine.schemas import ItemKind
from engine.training.general_sample import SampledItem, digest, write_sample
from engine.training.snapshot import SNAPSHOT, LabelClass, Row, Snapshot
from engine.training.splitting import folds, is_tiny, split

TEXTS_AT_ONCE = 500

MOST_SAMPLED = 200
"""Items of the library: with the reference content enough to see a recall fall by some points."""

MOST_CHARS = 2_000
"""Of a sampled text; more than an encoder reads of one passage."""


@dataclass(frozen=True)
class Prepared:
    """What a job learns from.

    Attributes:
        features: of the serving encoder, float32 (N, D), in the order of the snapshot's rows.
        general: of the library, to measure other searches by.
        parameters: of the network that serves.
    """

    taught: ExampleSet
    standing: Standing
    snapshot: Snapshot
    features: Features
    general: Sequence[SampledItem]
    parameters: int

    def write(self, folder: Path) -> None:
        """Writes the snapshot and what lies beside it, unless it is there.

        Args:
            folder: named by the snapshot's hash.

        Raises:
            OSError: the disk took no more.
            StorageFailed: likewise.
        """
        if not (folder / SNAPSHOT).exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_sample(folder, self.general)
            self.snapshot.write(folder, self.features)


class Preparation:
    """Takes snapshots of label sets.

    Args:
        examples: what label sets teach.
        items: where texts are.
        samples: draws from libraries.
        features: of items.
        cards: of the serving encoder of each kind of item.
    """

    def __init__(
        self,
        examples: ExampleReader,
        items: ItemRepository,
        samples: SampleRepository,
        features: ItemFeatures,
        cards: Mapping[ItemKind, EncoderCard],
    ) -> None:
        self._examples = examples
        self._items = items
        self._samples = samples
        self._features = features
        self._cards = cards

    async def of(self, labelset_id: str, seed: int) -> Prepared:
        """What a set teaches now, split with the seed.

        Raises:
            NotFound: there is no such set.
            BadRequest: it cannot be trained on; the reason says what is missing.
        """
        taught = await self._examples.of(labelset_id)
        if taught.multi_label:
            raise BadRequest(
                f"“{taught.name}” lets an item have several classes; training takes sets in which "
                "it has one."
            )
        card = self._cards[taught.kind]
        known = await example_features(self._features, taught, embed_dim=card.embed_dim)
        standing = _standing(taught, known)
        refused = why_not(standing)
        if refused is not None:
            raise BadRequest(refused)
        texts = await self._texts(taught)
        general = await self._general(taught, seed)
        return await asyncio.to_thread(
            _prepared, taught, known, standing, texts, general, card, seed
        )

    async def _general(self, taught: ExampleSet, seed: int) -> Sequence[SampledItem]:
        """Items of the library that teach nothing here."""
        drawn = await self._samples.draw(
            taught.library_id, None, taught.kind, at_most=MOST_SAMPLED, seed=seed
        )
        items = await self._items.get_many(drawn.item_ids)
        taken = {each.sha256 for each in taught.usable}
        return [
            SampledItem(item_id, item.sha256, (item.text or "")[:MOST_CHARS])
            for item_id, item in sorted(items.items())
            if item.sha256 not in taken
        ]

    async def _texts(self, taught: ExampleSet) -> Mapping[str, str]:
        if taught.kind is not ItemKind.TEXT:
            return {}
        item_ids = [each.item_id for each in taught.usable]
        texts: dict[str, str] = {}
        for start in range(0, len(item_ids), TEXTS_AT_ONCE):
            stored = await self._items.get_many(item_ids[start : start + TEXTS_AT_ONCE])
            texts |= {item_id: item.text or "" for item_id, item in stored.items()}
        return texts


def _standing(taught: ExampleSet, known: ExampleFeatures) -> Standing:
    examples = known.examples
    different = {
        each.name: len(np.unique(examples.groups[examples.classes == n]))
        for n, each in enumerate(taught.classes)
    }
    return Standing(
        taught.name, different, taught.unusable, not_indexed=len(taught.usable) - len(known.items)
    )


def _prepared(
    taught: ExampleSet,
    known: ExampleFeatures,
    standing: Standing,
    texts: Mapping[str, str],
    general: Sequence[SampledItem],
    card: EncoderCard,
    seed: int,
) -> Prepared:
    kept = [n for n, each in enumerate(taught.classes) if each.name in standing.kept]
    rows = np.flatnonzero(np.isin(known.examples.classes, kept))
    examples = known.examples.take(rows)
    classes = np.searchsorted(kept, examples.classes)
    items = [known.items[row] for row in rows.tolist()]
    sha256s = [item.sha256 for item in items]
    splits = split(sha256s, classes, examples.groups, seed)
    tiny = is_tiny(classes, examples.groups, splits)
    snapshot = Snapshot(
        kind=taught.kind,
        classes=_in_words(taught, kept),
        rows=[
            Row(
                item.item_id,
                item.sha256,
                int(class_index),
                part,
                int(group),
                text=texts.get(item.item_id, "") if taught.kind is ItemKind.TEXT else None,
            )
            for item, class_index, part, group in zip(
                items, classes, splits, examples.groups, strict=True
            )
        ],
        seed=seed,
        encoder=card.fingerprint,
        consent=dict(taught.unusable),
        folds=folds(sha256s, classes, examples.groups, seed) if tiny else (),
        general=digest(general),
    )
    return Prepared(taught, standing, snapshot, examples.features, general, card.parameters)


def _in_words(taught: ExampleSet, kept: Sequence[int]) -> Sequence[LabelClass]:
    return [LabelClass(taught.classes[n].name, taught.classes[n].description) for n in kept]
