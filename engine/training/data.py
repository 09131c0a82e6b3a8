"""A snapshot as methods take it: arrays by row, and the model that serves."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.classify import Examples, ZeroShot, averaged, class_texts
from engine.classify.examples import Rows
from engine.encoders.device import Placement, choose_placement, limit_cpu_threads
from engine.encoders.ports import Features
from engine.encoders.registry import explained, load_chosen_clip
from engine.encoders.sentence import load_sentence_model
from engine.schemas import ItemKind
from engine.training.backbone import Backbone, PictureBackbone, features_by
from engine.training.backbone_name import BackboneName
from engine.training.corpus import read_corpus
from engine.training.pictures import OriginalPictures
from engine.training.run import Run
from engine.training.snapshot import Snapshot, Split, read_features

if TYPE_CHECKING:
    from engine.training.text_backbone import TextBackbone

TRAINED_IN = "float32"
"""Half precision loses the small steps of fine-tuning."""

WITHOUT_MODEL = "start the job again once it can be had"


class TrainingData:
    """Rows of a snapshot; everything heavy is loaded when it is first asked for.

    Args:
        run: says which snapshot, and which models serve.
        folder: of the run; pictures are prepared there.
        stop_asked: ends that preparation with `Stopped`.

    Attributes:
        run: as it was given.
        classes: of each row (N,).
    """

    def __init__(self, run: Run, folder: Path, stop_asked: Callable[[], bool]) -> None:
        self.run = run
        self._folder = folder
        self._stop_asked = stop_asked
        self.snapshot = Snapshot.read(run.snapshot)
        self.classes: Rows = np.array(
            [row.class_index for row in self.snapshot.rows], dtype=np.intp
        )
        self._splits: Sequence[Split | None] = [row.split for row in self.snapshot.rows]

    @property
    def class_count(self) -> int:
        """C."""
        return len(self.snapshot.classes)

    @cached_property
    def texts(self) -> list[str]:
        """What each row says; empty for a picture."""
        return [row.text or "" for row in self.snapshot.rows]

    @cached_property
    def corpus(self) -> list[str]:
        """The library's texts besides those of the snapshot, where a method wanted them."""
        return [each.text for each in read_corpus(self.run.snapshot)]

    @property
    def glove_file(self) -> Path | None:
        """Word vectors of others, where the operator has some."""
        return self.run.glove_file

    def divide(self, splits: Sequence[Split | None]) -> None:
        """Has rows be for something else from now on; None is for nothing.

        Args:
            splits: of each row.
        """
        self._splits = splits

    def rows(self, split: Split) -> Rows:
        """The rows of a split that can be read."""
        of_split = np.array([each is split for each in self._splits], dtype=np.bool_)
        return np.flatnonzero(of_split & self.readable)

    @cached_property
    def readable(self) -> NDArray[np.bool_]:
        """Which rows can be read: bool (N,)."""
        if self.snapshot.kind is ItemKind.TEXT:
            return np.ones(len(self.classes), dtype=np.bool_)
        return self.images.pictures.readable

    @property
    def backbone(self) -> Backbone:
        """The model for items of this kind: the one that serves, unless the run names another."""
        return self.sentences if self.snapshot.kind is ItemKind.TEXT else self.images

    @cached_property
    def images(self) -> PictureBackbone:
        """The model for pictures, and the pictures."""
        return self._other_network(self.run.backbone) if self.run.backbone else self._serving()

    def _other_network(self, named: str) -> PictureBackbone:
        from engine.training.network_backbone import NetworkBackbone
        from engine.training.pretrained import load_pretrained

        name = BackboneName.read(named)
        network = explained(named, lambda: load_pretrained(name, self._placement), WITHOUT_MODEL)
        return NetworkBackbone(network, name, self._originals)

    def _serving(self) -> PictureBackbone:
        from engine.training.image_backbone import ImageBackbone

        choice = self.run.encoders
        model = explained(
            choice.clip, lambda: load_chosen_clip(choice, self._placement), WITHOUT_MODEL
        )
        return ImageBackbone(model, choice.clip_source, self._originals)

    @property
    def _originals(self) -> OriginalPictures:
        sha256s = [row.sha256 for row in self.snapshot.rows]
        return OriginalPictures(sha256s, self.run.blobs, self._folder, self._stop_asked)

    @cached_property
    def sentences(self) -> TextBackbone:
        """The model that serves texts, and the texts."""
        from engine.training.text_backbone import TextBackbone

        name = self.run.encoders.sentence
        network, card = explained(
            name, lambda: load_sentence_model(name, self._placement), WITHOUT_MODEL
        )
        return TextBackbone(network, card, self.texts)

    @property
    def device(self) -> str:
        """What trains: torch's name."""
        return self._placement.device

    @cached_property
    def _placement(self) -> Placement:
        _repeat_exactly()
        limit_cpu_threads()
        return Placement(choose_placement(self.run.device).device, TRAINED_IN)

    @cached_property
    def features(self) -> Features:
        """Of each row by the model that serves: float32 (N, D), L2-normalised."""
        stored = read_features(self.run.snapshot)
        if stored is not None and self.backbone.card.fingerprint == self.snapshot.encoder:
            return stored
        return features_by(self.backbone.tower(), self.backbone, np.arange(len(self.classes)))

    def examples(self, rows: Rows, features: Features) -> Examples:
        """Rows with any kind of features.

        Args:
            rows: of the snapshot.
            features: of every row of the snapshot (N, D).
        """
        groups = np.array([self.snapshot.rows[row].group for row in rows], dtype=np.intp)
        return Examples(features[rows], self.classes[rows], groups, self.class_count)

    @cached_property
    def words(self) -> ZeroShot:
        """The classes by their names and descriptions."""
        return ZeroShot(averaged(self.wordings), self.backbone.card.logit_scale)

    @cached_property
    def wordings(self) -> Sequence[Features]:
        """Each class's names and descriptions: float32 (K, D), L2-normalised, of K wordings."""
        kind = self.snapshot.kind
        texts = [class_texts(each.name, each.description, kind) for each in self.snapshot.classes]
        features = self.backbone.encode_texts(list(chain.from_iterable(texts)))
        return np.split(features, np.cumsum([len(each) for each in texts])[:-1])


def _repeat_exactly() -> None:
    """Makes torch add up in the same order each time, on a GPU as well, where it can."""
    import torch

    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
