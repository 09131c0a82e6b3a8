"""Cross-encoders through sentence-transformers: query and text are read together and scored.

A model is named as sentence-transformers names it (``cross-encoder/ms-marco-MiniLM-L6-v2``,
``BAAI/bge-reranker-v2-m3``) or by a folder. Its scores are stored nowhere, so it has no fingerprint
and can be changed at any start.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.encoders.batcher import Batcher, BatchLimits
from engine.encoders.device import Placement
from engine.encoders.ports import Scores
from engine.errors import EngineError, ModelUnavailable

if TYPE_CHECKING:
    import torch
    from sentence_transformers import CrossEncoder

NAME = "reranker"
SPECIAL_TOKENS = 4
"""Tokenisers frame and part the two texts with up to four tokens of their own."""

Pair = tuple[str, str]
"""A query and a text that may answer it."""


def load_cross_encoder(model: str, placement: Placement) -> CrossEncoder:
    """Loads a model from the hub or a folder. Blocks for seconds.

    Raises:
        ModelUnavailable: what was loaded does not score pairs. Whatever else the library, the hub
            or the file system raise comes through as it is; the registry explains it.
    """
    import torch
    from sentence_transformers import CrossEncoder

    network: CrossEncoder = CrossEncoder(
        model,
        device=placement.device,
        local_files_only=Path(model).is_dir(),
        model_kwargs={"dtype": getattr(torch, placement.dtype)},
    )
    network.eval()
    if network.num_labels != 1 or not _is_trained_to_score(network):
        raise ModelUnavailable(
            f"The model {model} does not score pairs of texts, so it cannot order hits: name a "
            "cross-encoder in ENGINE_RERANK_MODEL, or unset it to search without one."
        )
    return network


def _is_trained_to_score(network: CrossEncoder) -> bool:
    """Whether the head was loaded; any other model would get one with random weights."""
    loaded = network.transformers_model
    return loaded is None or type(loaded).__name__ in (loaded.config.architectures or ())


class CrossEncoderStages:
    """Pairs to scores, as `CrossEncoder.predict` orders them, in three stages.

    Scores are the model's logits: the sigmoid that `predict` may put on top keeps their order, but
    makes all confident ones equal.
    """

    def __init__(self, network: CrossEncoder) -> None:
        self._network = network
        self._prompt = network.prompts.get(network.default_prompt_name or "")
        self._most_tokens = network.max_seq_length or 512

    def cost(self, pair: Pair) -> int:
        """Estimate of its tokens: hardly ever more than characters, never more than the cut."""
        query, text = pair
        return min(len(query) + len(text) + SPECIAL_TOKENS, self._most_tokens)

    def encode_pre(self, pairs: Sequence[Pair]) -> dict[str, torch.Tensor]:
        """Pairs to the network's inputs, padded to the longest of them."""
        return self._network.preprocess(list(pairs), prompt=self._prompt)

    def encode_core(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Inputs (N, longest) to scores (N, 1)."""
        import torch
        from sentence_transformers.util import batch_to_device

        with torch.inference_mode():
            on_device = batch_to_device(inputs, self._network.device)
            scores: torch.Tensor = self._network(on_device)["scores"]
            return scores

    def encode_post(self, scores: torch.Tensor) -> Scores:
        """Scores to float32 (N, 1).

        Raises:
            EngineError: a score is not finite, as happens when half precision overflows.
        """
        rows = scores.float().cpu().numpy().reshape(-1, 1)
        if not np.isfinite(rows).all():
            raise EngineError("The re-ranker gave a score that is not finite.")
        return np.asarray(rows, dtype=np.float32)


class CrossEncoderReranker:
    """A `Reranker` on a sentence-transformers cross-encoder."""

    def __init__(self, network: CrossEncoder, placement: Placement, limits: BatchLimits) -> None:
        self.placement = placement
        self._pairs = Batcher(NAME, CrossEncoderStages(network), limits)

    @property
    def alive(self) -> bool:
        """False once the worker has died."""
        return self._pairs.alive

    @property
    def queue_length(self) -> int:
        """Pairs that wait for a forward."""
        return self._pairs.queue_length

    async def open(self) -> None:
        """Starts the worker on the running event loop and runs a first forward."""
        self._pairs.start()
        await self._pairs.encode([("warm up", "warm up")])

    async def score(self, query: str, texts: Sequence[str]) -> Scores:
        """Scores texts by how well they answer a query: float32 (N,), higher is better.

        Raises:
            Busy: the queue is full.
            NotReady: the worker has died.
        """
        if not texts:
            return np.empty(0, dtype=np.float32)
        return (await self._pairs.encode([(query, text) for text in texts]))[:, 0]

    async def close(self) -> None:
        """Finishes what waits, then stops the threads."""
        await self._pairs.close()
