"""How well everything else is still found with a network that was trained further: recall@10.

Among a sample of the library and the engine's reference content, pictures are asked for by their
names and by cropped, shrunk and re-encoded copies, texts by their other half.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.blobs.keys import blob_key
from engine.classify.examples import Rows
from engine.decoding import decode
from engine.encoders.ports import Features
from engine.schemas import GeneralSearch, ItemKind
from engine.search.reference import reference_files, reference_texts
from engine.training.backbone import batches
from engine.training.data import TrainingData
from engine.training.general_sample import read_sample
from engine.training.pictures import read_picture

if TYPE_CHECKING:
    from torch import nn

    from engine.training.backbone import Inputs, PictureBackbone
    from engine.training.text_backbone import TextBackbone

TOP_K = 10

KEPT = 0.8
"""Of the width and height of a picture in its copy."""

COPY_QUALITY = 50
"""Of its JPEG, at half the size: what a chat makes of a picture that is posted again."""

LEAST_WORDS = 4
"""In a half of a text; shorter ones are asked of nobody."""


class Searches(Protocol):
    """Queries, each of which has one right answer in a gallery."""

    @property
    def targets(self) -> Rows:
        """Which of the gallery each query shall find (Q,)."""
        ...

    def features(self, tower: nn.Module) -> tuple[Features, Features]:
        """Of queries (Q, D) and of the gallery (G, D), by a network."""
        ...


class GeneralSearches:
    """Searches that have nothing to do with a label set, before and after.

    Args:
        searches: what is asked.
        serving: the network that serves.
    """

    def __init__(self, searches: Searches, serving: nn.Module) -> None:
        self._searches = searches
        self._serving = serving

    def measured(self, tower: nn.Module) -> GeneralSearch:
        """Recall@10 by the network that serves, and by one that was trained further."""
        queries = len(self._searches.targets)
        return GeneralSearch(queries=queries, before=self._before, after=self._recall(tower))

    @cached_property
    def _before(self) -> float:
        return self._recall(self._serving)

    def _recall(self, tower: nn.Module) -> float:
        return recall_at_k(*self._searches.features(tower), self._searches.targets)


class PictureSearches:
    """Reference pictures by their names, and all pictures by copies of them.

    Args:
        backbone: prepares pictures, and encodes names.
        named: reference pictures by name.
        others: of the library.
    """

    def __init__(
        self,
        backbone: PictureBackbone,
        named: Mapping[str, Image.Image],
        others: Iterable[Image.Image],
    ) -> None:
        self._backbone = backbone
        pictures = [*named.values(), *others]
        self._gallery = np.stack([backbone.prepare(each) for each in pictures])
        self._copies = np.stack([backbone.prepare(posted_again(each)) for each in pictures])
        self._names = backbone.encode_texts(list(named))

    @property
    def targets(self) -> Rows:
        """The named picture of each name, then the original of each copy."""
        return np.concatenate([np.arange(len(self._names)), np.arange(len(self._gallery))])

    def features(self, tower: nn.Module) -> tuple[Features, Features]:
        """Names are encoded by the text tower, which stays as it is."""
        copies = self._encoded(tower, self._copies)
        return np.concatenate([self._names, copies]), self._encoded(tower, self._gallery)

    def _encoded(self, tower: nn.Module, pictures: NDArray[np.uint8]) -> Features:
        parts = batches(np.arange(len(pictures)))
        return encoded(tower, (self._backbone.normalised(pictures[part]) for part in parts))


class TextSearches:
    """Second halves of texts by the first ones.

    Args:
        backbone: prepares texts.
        texts: those that are too short to be halved are left out.
    """

    def __init__(self, backbone: TextBackbone, texts: Iterable[str]) -> None:
        self._backbone = backbone
        self._halves = [halves for each in texts if (halves := halved(each)) is not None]

    @property
    def targets(self) -> Rows:
        """The other half of each."""
        return np.arange(len(self._halves))

    def features(self, tower: nn.Module) -> tuple[Features, Features]:
        """First halves, second halves."""
        return self._encoded(tower, 0), self._encoded(tower, 1)

    def _encoded(self, tower: nn.Module, half: int) -> Features:
        texts = [halves[half] for halves in self._halves]
        parts = batches(np.arange(len(texts)))
        return encoded(tower, (self._backbone.prepared([texts[n] for n in part]) for part in parts))


def general_searches(data: TrainingData) -> GeneralSearches:
    """The searches of the sample beside a job's snapshot."""
    sample = read_sample(data.run.snapshot)
    if data.snapshot.kind is ItemKind.TEXT:
        sentences = [*reference_texts(), *(each.text for each in sample)]
        return GeneralSearches(TextSearches(data.sentences, sentences), data.sentences.tower())
    found = (read_picture(data.run.blobs / blob_key(each.sha256)) for each in sample)
    others = (each for each in found if each is not None)
    named = {name: decode(file, sys.maxsize)[0] for name, file in reference_files().items()}
    return GeneralSearches(PictureSearches(data.images, named, others), data.images.tower())


def encoded(tower: nn.Module, parts: Iterable[Inputs]) -> Features:
    """Features of inputs, part by part: float32 (N, D), L2-normalised."""
    import torch

    from engine.encoders.stages import to_features

    tower.eval()
    with torch.inference_mode():
        return np.concatenate([to_features(tower(part)) for part in parts])


def recall_at_k(queries: Features, gallery: Features, targets: Rows, top_k: int = TOP_K) -> float:
    """Share of queries whose target is among the best of the gallery.

    What scores the same as the target counts as better: a network that takes everything for the
    same finds nothing.

    Args:
        queries: (Q, D), L2-normalised.
        gallery: (G, D), L2-normalised.
        targets: rows of the gallery (Q,).
        top_k: how many are looked at.
    """
    scores = queries @ gallery.T
    of_targets = scores[np.arange(len(targets)), targets]
    as_good = (scores >= of_targets[:, None]).sum(axis=1)  # the target itself, at the least
    return float((as_good <= top_k).mean())


def posted_again(picture: Image.Image) -> Image.Image:
    """A copy as chats make them: its middle, at half the size, as a JPEG."""
    width, height = picture.size
    left, top = width * (1 - KEPT) / 2, height * (1 - KEPT) / 2
    middle = picture.crop((int(left), int(top), int(width - left), int(height - top)))
    small = middle.resize((max(middle.width // 2, 1), max(middle.height // 2, 1)))
    file = BytesIO()
    small.convert("RGB").save(file, "JPEG", quality=COPY_QUALITY)
    return Image.open(file).convert("RGB")


def halved(text: str) -> tuple[str, str] | None:
    """The two halves of a text; None where they would say too little."""
    words = text.split()
    middle = len(words) // 2
    if middle < LEAST_WORDS:
        return None
    return " ".join(words[:middle]), " ".join(words[middle:])
