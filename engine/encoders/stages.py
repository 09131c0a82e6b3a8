"""The three stages that every encoder splits its work into, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from engine.encoders.ports import Features
from engine.errors import EngineError

if TYPE_CHECKING:
    import torch

InputT_contra = TypeVar("InputT_contra", contravariant=True)
PreparedT = TypeVar("PreparedT")
OutputT = TypeVar("OutputT")


class Stages(Protocol[InputT_contra, PreparedT, OutputT]):
    """One encoder's work on one kind of input.

    The batcher calls `encode_pre` on a thread of its own, while `encode_core` and `encode_post`
    of the batch before run on the inference thread. No stage is called twice at the same time.
    """

    def cost(self, item: InputT_contra, /) -> int:
        """Upper estimate of what an input takes in a forward: tokens of a text, pixels."""
        ...

    def encode_pre(self, items: Sequence[InputT_contra], /) -> PreparedT:
        """Tokenises or preprocesses a batch, with the library's own code."""
        ...

    def encode_core(self, prepared: PreparedT, /) -> OutputT:
        """The forward."""
        ...

    def encode_post(self, output: OutputT, /) -> Features:
        """Brings the forward's output to features, or to a re-ranker's scores: float32 (N, 1)."""
        ...


def to_features(embeddings: torch.Tensor) -> Features:
    """Turns embeddings (N, D) of any dtype and device into float32 (N, D), L2-normalised.

    Raises:
        EngineError: a row is not finite, as happens when half precision overflows.
    """
    import torch

    rows = torch.nn.functional.normalize(embeddings.float(), dim=-1).cpu().numpy()
    if not np.isfinite(rows).all():
        raise EngineError("The encoder gave a vector with values that are not finite.")
    return np.ascontiguousarray(rows, dtype=np.float32)
