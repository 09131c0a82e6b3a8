"""One classification from request to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.catalogue import Catalogue
from engine.classify import Classifier
from engine.encoders.ports import Features, ImageTextEncoder, TextEncoder
from engine.errors import BadRequest, NotFound
from engine.ingest.ports import PictureReader
from engine.labels.classifiers import Classifiers, Fitted
from engine.labels.item_features import ItemFeatures
from engine.labels.method_report import method_report
from engine.schemas import (
    Classification,
    ClassifyRequest,
    Item,
    ItemKind,
    NearestExample,
    Suggestion,
)
from engine.search.service import Stopwatch

SHOWN_EXAMPLES = 3
MAX_PASSAGE_CHARS = 300


@dataclass(frozen=True)
class Subject:
    """What is classified.

    Attributes:
        features: float32 (D,), L2-normalised, in the space of its kind.
        item_id: when it is a stored item.
    """

    kind: ItemKind
    features: Features
    item_id: str | None = None


class ClassifyService:
    """Answers classifications; each costs one forward of an encoder, or none for stored items."""

    def __init__(
        self,
        catalogue: Catalogue,
        features: ItemFeatures,
        classifiers: Classifiers,
        pictures: PictureReader,
        clip: ImageTextEncoder,
        sentence: TextEncoder,
    ) -> None:
        self._catalogue = catalogue
        self._features = features
        self._classifiers = classifiers
        self._pictures = pictures
        self._clip = clip
        self._sentence = sentence

    async def classify(
        self, request: ClassifyRequest, uploads: Sequence[bytes] = ()
    ) -> Classification:
        """Says what a text, a picture or a stored item is.

        Raises:
            BadRequest: it does not name one thing and one list of classes that fit together.
            NotFound: the label set or the item is not there, or not for the asker to see.
            UnreadablePicture: the upload cannot be decoded.
            Busy: an encoder's queue is full.
        """
        _check(request, uploads)
        took = Stopwatch()
        with took.stage("learn"):
            fitted = await self._fitted(request)
        with took.stage("encode"):
            subject = await self._subject(request, uploads)
        with took.stage("classify"):
            if fitted is None:
                answer = await self._by_names(subject, request.class_names or [])
            else:
                answer = await self._by_labels(subject, fitted, request.channel_ids)
        return answer.model_copy(update={"took_ms": took.readings()})

    async def guesses(self, labelset_id: str, item_id: str) -> list[Suggestion]:
        """What a stored item probably is by the classifier at hand, best first; [] without one."""
        fitted = self._classifiers.at_hand(labelset_id)
        if fitted is None:
            return []
        stored = await self._features.of(fitted.taught.kind, [item_id])
        if item_id not in stored:
            return []
        names = {each.class_id: each.name for each in fitted.classes}
        choices, _ = _choices(fitted.classifier, stored[item_id], names)
        return choices

    async def _fitted(self, request: ClassifyRequest) -> Fitted | None:
        if request.labelset_id is None:
            return None
        fitted = await self._classifiers.of(request.labelset_id)
        if fitted.taught.library_id != request.library_id:
            raise NotFound("There is no such label set. Look at the list of sets.")
        return fitted

    async def _subject(self, request: ClassifyRequest, uploads: Sequence[bytes]) -> Subject:
        if request.text is not None:
            rows = await self._sentence.encode_texts([request.text])
            return Subject(ItemKind.TEXT, rows[0])
        if request.item_id is not None:
            return await self._stored(request.item_id, request)
        picture = await self._pictures.decode(uploads[0])
        rows = await self._clip.encode_images([picture.rgb])
        return Subject(ItemKind.IMAGE, rows[0])

    async def _stored(self, item_id: str, request: ClassifyRequest) -> Subject:
        item = (await self._catalogue.items.get_many([item_id])).get(item_id)
        if item is None or not _may_see(item, request):
            raise NotFound("What you ask about is gone. It may have been deleted.")
        stored = await self._features.of(item.kind, [item_id])
        if item_id not in stored:
            raise NotFound("That was posted a moment ago and is still being read; try again.")
        return Subject(item.kind, stored[item_id], item_id)

    async def _by_names(self, subject: Subject, names: Sequence[str]) -> Classification:
        names = list(dict.fromkeys(names))
        classifier = await self._classifiers.by_names(subject.kind, names)
        choices, none = _choices(classifier, subject.features, dict(zip(names, names, strict=True)))
        return Classification(
            choices=choices,
            none_of_these=none >= 0.5,
            none_probability=none,
            report=method_report(classifier.evidence, {}, subject.kind),
        )

    async def _by_labels(
        self, subject: Subject, fitted: Fitted, channel_ids: Sequence[str] | None
    ) -> Classification:
        taught = fitted.taught
        if subject.kind is not taught.kind:
            raise BadRequest(f"“{taught.name}” is about {taught.kind.value}s; send one.")
        names = {each.class_id: each.name for each in fitted.classes}
        choices, none = _choices(fitted.classifier, subject.features, names)
        return Classification(
            choices=choices,
            none_of_these=none >= 0.5,
            none_probability=none,
            nearest=await self._nearest(subject, fitted, names, channel_ids),
            report=method_report(fitted.classifier.evidence, taught.unusable, taught.kind),
        )

    async def _nearest(
        self,
        subject: Subject,
        fitted: Fitted,
        names: Mapping[str, str],
        channel_ids: Sequence[str] | None,
    ) -> list[NearestExample]:
        """The labelled examples nearest to the subject, of those the asker may see."""
        similarity = fitted.features @ subject.features  # (N, D) @ (D,) -> (N,)
        found: dict[str, tuple[float, str]] = {}
        for n in np.argsort(-similarity):
            example = fitted.examples[n]
            visible = channel_ids is None or example.channel_id in channel_ids
            if visible and example.item_id != subject.item_id:
                named = ", ".join(names[each] for each in example.class_ids)
                found.setdefault(example.item_id, (float(similarity[n]), named))
            if len(found) == SHOWN_EXAMPLES:
                break
        items = await self._catalogue.items.get_many(list(found))
        return [
            NearestExample(
                item_id=item_id,
                place=items[item_id].place,
                class_name=named,
                similarity=near,
                passage=(items[item_id].text or "")[:MAX_PASSAGE_CHARS],
            )
            for item_id, (near, named) in found.items()
            if item_id in items
        ]


def _check(request: ClassifyRequest, uploads: Sequence[bytes]) -> None:
    subjects = [request.text is not None, request.item_id is not None, request.upload]
    if sum(subjects) != 1 or len(uploads) != request.upload:
        raise BadRequest("Send one thing to classify: a text, a picture, or a stored item.")
    if (request.labelset_id is None) == (request.class_names is None):
        raise BadRequest("Name a label set, or class names, and not both.")
    if request.text is not None and not request.text.strip():
        raise BadRequest("The text is empty; send some words.")


def _choices(
    classifier: Classifier, features: Features, names: Mapping[str, str]
) -> tuple[list[Suggestion], float]:
    """Classes with their probabilities, best first, and that of 'none of these'."""
    prediction = classifier.predict(features[None])
    choices = [
        Suggestion(class_id=class_id, name=name, probability=float(probability))
        for (class_id, name), probability in zip(
            names.items(), prediction.probabilities[0], strict=True
        )
    ]
    choices.sort(key=lambda each: -each.probability)
    return choices, float(prediction.none_probability[0])


def _may_see(item: Item, request: ClassifyRequest) -> bool:
    return item.place.library_id == request.library_id and (
        request.channel_ids is None or item.place.channel_id in request.channel_ids
    )
