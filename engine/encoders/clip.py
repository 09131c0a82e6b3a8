"""CLIP models through open_clip: its loading, its preprocessing, its tokenisers.

A model is named as open_clip names it: ``hf-hub:org/name``, ``architecture/pretrained-tag``
(``ViT-B-16-SigLIP2/webli``), or a folder (``local-dir:PATH`` or just the path).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.encoders.batcher import Batcher, BatchLimits
from engine.encoders.device import Placement
from engine.encoders.fingerprint import digest_of_settings, fingerprint_of, weight_files
from engine.encoders.naming import name_of_folder
from engine.encoders.ports import EncoderCard, Features, Pixels
from engine.encoders.stages import to_features
from engine.errors import ModelUnavailable

if TYPE_CHECKING:
    import torch

NAME = "clip"
LOCAL = "local-dir:"
HUB = "hf-hub:"


@dataclass(frozen=True)
class ClipModel:
    """A loaded model with the library's own preprocessing and tokeniser.

    Attributes:
        network: open_clip's model, in eval mode, on its device.
        preprocess: a PIL picture to float32 (3, H, W).
        tokenize: texts to int64 (N, context_length).
    """

    card: EncoderCard
    network: Any
    preprocess: Callable[[Any], torch.Tensor]
    tokenize: Callable[[list[str]], torch.Tensor]
    image_size_px: tuple[int, int]
    context_length: int


def load_clip(model: str, placement: Placement, *, title: str | None = None) -> ClipModel:
    """Loads a model from the hub, from open_clip's list or from a folder. Blocks for seconds.

    Args:
        model: a name as in the module's docstring.
        placement: where it shall run.
        title: what to call a model from a folder, instead of `name_of_folder`.

    Raises:
        ModelUnavailable: open_clip does not know the name. Whatever else open_clip, the hub or
            the file system raise comes through as it is; the registry explains it.
    """
    import open_clip  # type: ignore[import-untyped]

    architecture, tag = split_name(model)
    network, preprocess = open_clip.create_model_from_pretrained(
        architecture, tag, precision=placement.precision, device=placement.device
    )
    network.eval()
    tokenize = open_clip.get_tokenizer(architecture)
    is_folder = architecture.startswith(LOCAL)
    folder = Path(architecture.removeprefix(LOCAL))
    name = (title or name_of_folder(folder)) if is_folder else model
    model_cfg = open_clip.get_model_config(architecture)
    fingerprint = fingerprint_of(
        model=name,
        weights=_weights(architecture, tag),
        preprocessing={
            "model_cfg": model_cfg,
            "preprocess_cfg": network.visual.preprocess_cfg,
            "files": digest_of_settings(folder),
        },
        dtype=placement.dtype,
    )
    size = network.visual.preprocess_cfg["size"]
    return ClipModel(
        card=EncoderCard(
            name=NAME,
            model=name,
            fingerprint=fingerprint,
            embed_dim=model_cfg["embed_dim"],
            device=placement.device,
            dtype=placement.dtype,
            logit_scale=network.logit_scale.detach().exp().item(),
            parameters=sum(each.numel() for each in network.visual.parameters()),
        ),
        network=network,
        preprocess=preprocess,
        tokenize=tokenize,
        image_size_px=(size, size) if isinstance(size, int) else tuple(size),
        context_length=tokenize.context_length,
    )


def untrained_image_tower(model: str) -> torch.nn.Module:
    """The image tower of a model with random weights from torch's generator, on the CPU.

    Raises:
        ModelUnavailable: open_clip does not know the name.
    """
    import open_clip

    architecture, _ = split_name(model)
    whole = open_clip.create_model(architecture, load_weights=False, pretrained_text=False)
    tower: torch.nn.Module = whole.visual
    return tower


def split_name(model: str) -> tuple[str, str | None]:
    """Splits a name into what open_clip calls `model_name` and `pretrained`."""
    import open_clip

    if model.startswith((LOCAL, HUB)):
        return model, None
    if Path(model).is_dir():
        return f"{LOCAL}{model}", None
    architecture, _, tag = model.rpartition("/")
    architecture = architecture.replace("/", "-")
    if not open_clip.is_pretrained_cfg(architecture, tag):
        raise ModelUnavailable(
            f"open_clip knows no pretrained model {model}, and there is no such folder. Name it as "
            "architecture/tag (ViT-B-16-SigLIP2/webli), hf-hub:org/name, or the path of a folder."
        )
    return architecture, tag


def _weights(architecture: str, tag: str | None) -> list[Path]:
    """The files that open_clip has just read the weights from."""
    import open_clip
    from open_clip.pretrained import (  # type: ignore[import-untyped]
        download_pretrained_from_hf,
    )

    if architecture.startswith(LOCAL):
        return weight_files(Path(architecture.removeprefix(LOCAL)))
    if architecture.startswith(HUB):
        return [Path(download_pretrained_from_hf(architecture.removeprefix(HUB)))]
    return [Path(open_clip.download_pretrained(open_clip.get_pretrained_cfg(architecture, tag)))]


class ClipTextStages:
    """Texts to features of the common space."""

    def __init__(self, model: ClipModel) -> None:
        self._model = model

    def cost(self, _text: str) -> int:
        """Tokens: open_clip pads every text to the context length."""
        return self._model.context_length

    def encode_pre(self, texts: Sequence[str]) -> torch.Tensor:
        """Texts to int64 (N, context_length)."""
        return self._model.tokenize(list(texts))

    def encode_core(self, tokens: torch.Tensor) -> torch.Tensor:
        """Tokens (N, context_length) to embeddings (N, D)."""
        import torch

        with torch.inference_mode():
            embeddings: torch.Tensor = self._model.network.encode_text(
                tokens.to(self._model.card.device)
            )
        return embeddings

    def encode_post(self, embeddings: torch.Tensor) -> Features:
        """Embeddings to float32 (N, D), L2-normalised."""
        return to_features(embeddings)


class ClipImageStages:
    """Pictures to features of the common space."""

    def __init__(self, model: ClipModel, threads: ThreadPoolExecutor) -> None:
        self._model = model
        self._threads = threads

    def cost(self, _picture: Pixels) -> int:
        """Pixels of a preprocessed picture: all have the model's input size."""
        height_px, width_px = self._model.image_size_px
        return height_px * width_px

    def encode_pre(self, pictures: Sequence[Pixels]) -> torch.Tensor:
        """Pictures to float32 (N, 3, H, W), each preprocessed on a thread of its own."""
        import torch

        return torch.stack(list(self._threads.map(self._preprocess, pictures)))

    def _preprocess(self, pixels: Pixels) -> torch.Tensor:
        from PIL import Image

        return self._model.preprocess(Image.fromarray(pixels))

    def encode_core(self, pictures: torch.Tensor) -> torch.Tensor:
        """Preprocessed pictures (N, 3, H, W) to embeddings (N, D)."""
        import torch

        card = self._model.card
        with torch.inference_mode():
            embeddings: torch.Tensor = self._model.network.encode_image(
                pictures.to(device=card.device, dtype=getattr(torch, card.dtype))
            )
        return embeddings

    def encode_post(self, embeddings: torch.Tensor) -> Features:
        """Embeddings to float32 (N, D), L2-normalised."""
        return to_features(embeddings)


class ClipEncoder:
    """An `ImageTextEncoder` on a CLIP model: one batcher for pictures, one for texts.

    Two, so that the words of a search need not wait behind a batch of pictures.
    """

    def __init__(self, model: ClipModel, limits: BatchLimits, *, preprocess_threads: int) -> None:
        self.card = model.card
        self._threads = ThreadPoolExecutor(preprocess_threads, thread_name_prefix="clip-preprocess")
        self._texts = Batcher("clip text", ClipTextStages(model), limits)
        self._pictures = Batcher("clip picture", ClipImageStages(model, self._threads), limits)

    @property
    def alive(self) -> bool:
        """False once one of the two workers has died."""
        return self._texts.alive and self._pictures.alive

    @property
    def queue_length(self) -> int:
        """Inputs that wait for a forward."""
        return self._texts.queue_length + self._pictures.queue_length

    async def open(self) -> None:
        """Starts both workers on the running event loop and runs a first forward in each."""
        self._texts.start()
        self._pictures.start()
        await self._texts.encode(["warm up"])
        await self._pictures.encode([np.zeros((32, 32, 3), dtype=np.uint8)])

    async def encode_texts(self, texts: Sequence[str]) -> Features:
        """Encodes texts to float32 (N, D), L2-normalised, in the order given.

        Raises:
            Busy: the queue is full.
            NotReady: the encoder's worker has died.
        """
        if not texts:
            return np.empty((0, self.card.embed_dim), dtype=np.float32)
        return await self._texts.encode(texts)

    async def encode_images(self, pictures: Sequence[Pixels]) -> Features:
        """Encodes pictures to float32 (N, D), L2-normalised, in the order given.

        Pictures wait in their full size: bound how many are under way at once.

        Raises:
            Busy: the queue is full.
            NotReady: the encoder's worker has died.
        """
        if not pictures:
            return np.empty((0, self.card.embed_dim), dtype=np.float32)
        return await self._pictures.encode(pictures)

    async def close(self) -> None:
        """Finishes what waits, then stops the threads."""
        await asyncio.gather(self._texts.close(), self._pictures.close())
        self._threads.shutdown(wait=False, cancel_futures=True)
