"""The classifiers of label sets: fitted when first asked for, and anew when labels have changed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from engine.catalogue.label_votes import ClassInUse
from engine.classify import Classifier, Examples, ZeroShot, averaged, class_texts, fit
from engine.encoders.ports import Features, TextEncoder
from engine.errors import BadRequest
from engine.labels.example_features import example_features
from engine.labels.examples import Example, ExampleReader, ExampleSet
from engine.labels.item_features import ItemFeatures
from engine.schemas import ItemKind

log = structlog.get_logger(__name__)

MAX_KEPT = 32
"""Fitted classifiers kept; with 2,000 examples of 512 dimensions one takes 4 MB."""

STALE_AFTER_S = 2.0
"""How long an answer waits for new labels to be learnt before the classifier from before serves."""


@dataclass(frozen=True)
class Fitted:
    """A classifier with what it learnt from.

    Attributes:
        taught: the label set at that time.
        examples: those in the index; one of several classes is there once for each.
        features: theirs, float32 (N, D), L2-normalised.
    """

    taught: ExampleSet
    examples: Sequence[Example]
    features: Features
    classifier: Classifier

    @property
    def classes(self) -> Sequence[ClassInUse]:
        """The classes, in the order of the classifier's columns."""
        return self.taught.classes


class Classifiers:
    """Fits and keeps classifiers; one set is fitted once at a time, in the executor.

    Args:
        examples: what label sets teach.
        features: of items.
        encoders: of each kind of item; class names are put into their space.
        reference: of each kind, general content that is of no class: float32 (M, D).
        executor: where fitting runs.
    """

    def __init__(
        self,
        examples: ExampleReader,
        features: ItemFeatures,
        encoders: Mapping[ItemKind, TextEncoder],
        reference: Mapping[ItemKind, Features],
        executor: Executor,
    ) -> None:
        self._examples = examples
        self._features = features
        self._encoders = encoders
        self._reference = reference
        self._executor = executor
        self._fitted: OrderedDict[str, Fitted] = OrderedDict()
        self._fitting: dict[str, asyncio.Task[Fitted]] = {}

    async def of(self, labelset_id: str) -> Fitted:
        """The classifier of a set; while new labels are learnt, for a moment, the one before.

        Raises:
            NotFound: there is no such set.
            BadRequest: it has no classes.
            Busy: the encoder's queue is full.
        """
        known = self._fitted.get(labelset_id)
        if known and known.taught.version == await self._examples.version(labelset_id):
            self._fitted.move_to_end(labelset_id)
            return known
        fitting = self._fitting.get(labelset_id)
        if fitting is None:
            fitting = asyncio.create_task(self._fit(labelset_id), name=f"fit {labelset_id}")
            self._fitting[labelset_id] = fitting
            fitting.add_done_callback(lambda _: self._fitting.pop(labelset_id, None))
        if known is None:
            return await asyncio.shield(fitting)
        done, _ = await asyncio.wait([fitting], timeout=STALE_AFTER_S)
        return fitting.result() if done else known

    def at_hand(self, labelset_id: str) -> Fitted | None:
        """The classifier of a set as it was last fitted, if it was."""
        return self._fitted.get(labelset_id)

    async def by_names(self, kind: ItemKind, names: Sequence[str]) -> Classifier:
        """A classifier by class names alone.

        Raises:
            Busy: the encoder's queue is full.
        """
        words = await self._words(kind, [class_texts(name, "", kind) for name in names])
        nothing = np.empty(0, dtype=np.intp)
        none = Examples(self._reference[kind][:0], nothing, nothing, len(names))
        return await self._run(none, words, kind, np.empty(0, dtype=np.bool_))

    async def close(self) -> None:
        """Gives up what is being fitted."""
        fitting = list(self._fitting.values())
        for task in fitting:
            task.cancel()
        if fitting:
            await asyncio.wait(fitting)

    async def _fit(self, labelset_id: str) -> Fitted:
        taught = await self._examples.of(labelset_id)
        if not taught.classes:
            raise BadRequest(f"“{taught.name}” has no classes yet. Add some first.")
        known = await example_features(
            self._features, taught, embed_dim=self._encoders[taught.kind].card.embed_dim
        )
        words = await self._words(
            taught.kind,
            [class_texts(each.name, each.description, taught.kind) for each in taught.classes],
        )
        classifier = await self._run(known.examples, words, taught.kind, known.at_random)
        fitted = Fitted(taught, known.items, known.examples.features, classifier)
        self._keep(labelset_id, fitted)
        return fitted

    async def _words(self, kind: ItemKind, wordings: Sequence[Sequence[str]]) -> ZeroShot:
        """Classes by their wordings, encoded in one go."""
        encoder = self._encoders[kind]
        rows = await encoder.encode_texts([text for texts in wordings for text in texts])
        ends = np.cumsum([len(texts) for texts in wordings])
        return ZeroShot(averaged(np.split(rows, ends[:-1])), encoder.card.logit_scale)

    async def _run(
        self, examples: Examples, words: ZeroShot, kind: ItemKind, at_random: NDArray[np.bool_]
    ) -> Classifier:
        def work() -> Classifier:
            return fit(examples, words, reference=self._reference[kind], representative=at_random)

        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _keep(self, labelset_id: str, fitted: Fitted) -> None:
        self._fitted[labelset_id] = fitted
        self._fitted.move_to_end(labelset_id)
        while len(self._fitted) > MAX_KEPT:
            self._fitted.popitem(last=False)
        log.info(
            "classifier_fitted",
            labelset_id=labelset_id,
            examples=len(fitted.examples),
            method=fitted.classifier.evidence.method,
        )
