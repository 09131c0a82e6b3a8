"""Items by a model of the registry: encoded anew, in the worker that makes the map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.encoders.device import choose_placement, limit_cpu_threads
from engine.encoders.naming import ENCODER
from engine.encoders.ports import Features, Pixels
from engine.errors import BadRequest, NotFound
from engine.maps.nouns import NOUNS
from engine.maps.pixels import opened
from engine.schemas import ItemKind, ModelCard
from engine.training.run import CARD

Input = TypeVar("Input")

BATCH = 32


def encoder_folder(models: Path, model_id: str, library_id: str, kind: ItemKind) -> Path:
    """The encoder that a library's model has trained further.

    Args:
        models: folder of the registry.
        model_id: which.
        library_id: whose it must be.
        kind: of the items to be encoded.

    Raises:
        NotFound: the library has no such model.
        BadRequest: it reads another kind of items, or classifies by an unchanged encoder.
    """
    folder = models / model_id
    card = _card(folder) if folder.parent == models else None
    if card is None or card.library_id != library_id:
        raise NotFound(f"There is no model {model_id} in this library; it may have been deleted.")
    name = f"The model on “{card.labelset_name}”"
    if card.kind is not kind:
        raise BadRequest(f"{name} reads {NOUNS[card.kind]}, so it cannot map {NOUNS[kind]}.")
    if not (folder / ENCODER).is_dir():
        raise BadRequest(
            f"{name} classifies by the encoder that serves and changes nothing in it: its map "
            "would be the same. Choose a model that was fine-tuned."
        )
    return folder / ENCODER


def trained_picture_features(folder: str, thumbnails: Sequence[bytes], device: str) -> Features:
    """Pictures by an open_clip folder: float32 (N, D), L2-normalised.

    Thumbnails are encoded: decoding a thousand originals would take minutes, and what their last
    pixels add is less than a map can show.
    """
    from engine.encoders.clip import ClipImageStages, load_clip

    limit_cpu_threads()
    model = load_clip(folder, choose_placement(device))
    with ThreadPoolExecutor(1) as thread:
        stages = ClipImageStages(model, thread)
        parts = [
            stages.encode_post(stages.encode_core(stages.encode_pre(list(map(_pixels, batch)))))
            for batch in _batches(thumbnails)
        ]
    return np.concatenate(parts)


def trained_text_features(folder: str, texts: Sequence[str], device: str) -> Features:
    """Texts by a sentence-transformers folder: float32 (N, D), L2-normalised."""
    from engine.encoders.sentence import SentenceStages, load_sentence_model

    limit_cpu_threads()
    network, _ = load_sentence_model(folder, choose_placement(device))
    stages = SentenceStages(network)
    parts = [
        stages.encode_post(stages.encode_core(stages.encode_pre(batch)))
        for batch in _batches(texts)
    ]
    return np.concatenate(parts)


def _card(folder: Path) -> ModelCard | None:
    try:
        return ModelCard.model_validate_json((folder / CARD).read_bytes())
    except OSError:
        return None


def _pixels(thumbnail: bytes) -> Pixels:
    return np.asarray(opened(thumbnail))


def _batches(inputs: Sequence[Input]) -> Iterator[Sequence[Input]]:
    for start in range(0, len(inputs), BATCH):
        yield inputs[start : start + BATCH]
